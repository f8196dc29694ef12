#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Says of a file that is a picture, but of a format that is not read (JPEG XL, say) or not by this installation, why
// and what helps; empty for every other file. Needs the first 132 bytes.
std::string WhyFormatIsUnread(std::string_view bytes);

}  // namespace dataset
