#pragma once

#include <string>
#include <string_view>

namespace dataset {

inline constexpr std::string_view kPngExifKeyword = "Raw profile type exif", kPngXmpKeyword = "XML:com.adobe.xmp";

// Whether a PNG's chunk is of type tEXt, zTXt or iTXt and has this keyword.
bool IsPngText(std::string_view type, std::string_view data, std::string_view keyword);

// Returns the text of a PNG's chunk if it IsPngText; empty for another chunk, for a damaged one, and for a compressed
// text above 1 MiB.
std::string ReadPngText(std::string_view type, std::string_view data, std::string_view keyword);

// Returns the EXIF block that ImageMagick writes as a text in hex digits; empty for a chunk without one.
std::string ReadPngExifText(std::string_view type, std::string_view data);

}  // namespace dataset
