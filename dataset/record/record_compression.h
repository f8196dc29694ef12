#pragma once

#include <optional>
#include <string_view>

namespace dataset {

// Of a whole TFRecord file (proto/FORMAT.md, section 3).
enum class RecordCompression { kNone, kGzip, kZlib };

std::string_view CompressionName(RecordCompression compression);  // none, gzip, zlib
std::optional<RecordCompression> ParseCompression(std::string_view name);

}  // namespace dataset
