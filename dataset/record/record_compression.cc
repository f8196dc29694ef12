#include "dataset/record/record_compression.h"

namespace dataset {

std::string_view CompressionName(RecordCompression compression) {
  switch (compression) {
    case RecordCompression::kNone:
      return "none";
    case RecordCompression::kGzip:
      return "gzip";
    case RecordCompression::kZlib:
      return "zlib";
  }
  return "";
}

std::optional<RecordCompression> ParseCompression(std::string_view name) {
  for (const auto compression : {RecordCompression::kNone, RecordCompression::kGzip, RecordCompression::kZlib}) {
    if (name == CompressionName(compression)) return compression;
  }
  return std::nullopt;
}

}  // namespace dataset
