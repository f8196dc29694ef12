#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dataset {

// Whether `text` is valid UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);
// The length of the longest beginning of `text` that is valid UTF-8.
size_t ValidUtf8Length(std::string_view text);
// Whether `text` has a byte in 0x00 ... 0x1f or 0x7f.
bool HasControlCharacter(std::string_view text);
// Returns `text` made fit for a message: each control character and each byte that is not part of valid UTF-8 becomes
// \xNN.
std::string Printable(std::string_view text);

}  // namespace dataset
