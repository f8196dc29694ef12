#pragma once

#include <optional>
#include <string_view>

namespace dataset {

// The compression of a TFRecord file as a whole (proto/FORMAT.md, section 3).
enum class RecordCompression { kNone, kGzip, kZlib };

std::string_view CompressionName(RecordCompression compression);  // none, gzip, zlib
// Returns nullopt for any other name.
std::optional<RecordCompression> ParseCompression(std::string_view name);

}  // namespace dataset
