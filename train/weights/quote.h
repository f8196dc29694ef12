#pragma once

#include <string>
#include <string_view>

namespace train {

// Makes a name from an untrusted file fit for a message: in single quotes, with bytes other than printable ASCII as
// \xNN, and cut after 80 characters.
std::string Quote(std::string_view name);

}  // namespace train
