#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Writes the coefficients of a JPEG, and so the same pixels, as a baseline JPEG with optimised tables, since
// progressive files take several times longer to decode. Replaces *out, and keeps no markers but those that decoding
// needs. Throws Error (cause only) for a damaged file. Thread-safe.
void TranscodeToBaseline(std::string_view jpeg, std::string* out);

}  // namespace dataset
