#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Returns what untrusted bytes that are neither a picture nor pixels seem to be, for a message: "base64 text of a JPEG
// file", "a serialised tensor (uint8, 28 x 28 x 1)"; or "" if nothing is known of them.
std::string KnownBytes(std::string_view bytes);

}  // namespace dataset
