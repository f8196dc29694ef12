#pragma once

#include <optional>
#include <string_view>

#include "dataset/codec/image_header.h"

namespace dataset {

// Reads the header alone. Throws Error (cause only, no place) for what is not a readable image, above kMaxPixels or
// above 65500 pixels a side. Also refuses a file that is cut off, as far as its frame tells: a JPEG without an
// end-of-image marker, a PNG without an IEND chunk, a WebP or BMP shorter than it says. Of a TIFF with several pages
// the first counts.
ImageHeader ReadImageHeader(std::string_view bytes);

// The stored size, as the beginning of a file has it; nullopt where it does not (ReadImageHeader of the whole file then
// tells). Never throws.
std::optional<Size> PeekImageSize(std::string_view beginning);

// True: ReadImageHeader would take a file with these first and last bytes, whatever lies between them. False: they do
// not tell. Never throws.
bool HasGoodEnds(std::string_view beginning, std::string_view end);

// Decodes to upright 8-bit pixels by the conversions of proto/FORMAT.md, section 4. Throws Error (cause only) for
// damaged data (warnings of the codec that mean lost data are errors) and for a crop that is not inside the picture.
// A JPEG without an end-of-image marker is refused. Prints nothing. Thread-safe; `out` keeps its memory between calls.
// Returns the part of *out that `crop`, or without a crop the picture, became. What *out holds beside that part is
// unspecified.
FineRect DecodeImage(std::string_view bytes, const DecodeOptions& options, Image* out);

}  // namespace dataset
