#pragma once

#include <string>
#include <string_view>

namespace dataset {

// The same coefficients, and so the same pixels, as a baseline JPEG with optimised tables: progressive files take
// several times longer to decode. Keeps no markers but those that decoding needs. Throws Error (cause only) for a
// damaged file. Thread-safe.
void TranscodeToBaseline(std::string_view jpeg, std::string* out);

}  // namespace dataset
