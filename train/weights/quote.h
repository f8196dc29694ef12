#pragma once

#include <string>
#include <string_view>

namespace train {

// A name from an untrusted file, fit for a message on a terminal: in single quotes, bytes other than printable ASCII as
// \xNN, cut after 80 characters.
std::string Quote(std::string_view name);

}  // namespace train
