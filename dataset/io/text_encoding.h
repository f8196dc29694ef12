#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dataset/base/enum_names.h"

namespace dataset {

enum class TextEncoding { kUtf8, kUtf8Mark, kUtf16Little, kUtf16Big };
constexpr auto EnumNames(TextEncoding) {
  return NameTable<TextEncoding, 4>{{{TextEncoding::kUtf8, "UTF-8"},
                                     {TextEncoding::kUtf8Mark, "UTF-8 with a byte-order mark"},
                                     {TextEncoding::kUtf16Little, "UTF-16 (little-endian)"},
                                     {TextEncoding::kUtf16Big, "UTF-16 (big-endian)"}}};
}

struct DecodedText {
  std::string text;  // UTF-8 without a byte-order mark at its beginning, or several
  TextEncoding encoding = TextEncoding::kUtf8;
};

// Decodes the bytes of a text file that people edit. UTF-16 is known by its byte-order mark or, without one, by a first
// character below U+0100. `file` is named in errors. Throws Error with the cure, and with the line where there is one,
// for any other encoding and for files that are known to be no text: .xlsx, .xls, .ods, gzip, Parquet.
DecodedText DecodeText(std::string_view bytes, const std::string& file);

// The number of line ends in `text`: LF, CRLF or CR, each counted once.
size_t CountLineEnds(std::string_view text);

}  // namespace dataset
