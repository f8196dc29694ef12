#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Whether `text` is UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);
// U+0000 to U+001F, U+007F.
bool HasControlCharacter(std::string_view text);
// `text` fit for a message: bytes outside of valid UTF-8 and control characters become \xNN.
std::string Printable(std::string_view text);

}  // namespace dataset
