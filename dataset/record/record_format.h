#pragma once

#include <cstdint>

namespace dataset {

// TFRecord framing (proto/FORMAT.md, section 3). A record is a header (the payload's length and that length's CRC), the
// payload, and a footer (the payload's CRC).
inline constexpr uint64_t kRecordHeaderBytes = 12;
inline constexpr uint64_t kRecordFooterBytes = 4;
inline constexpr uint64_t kRecordOverheadBytes = kRecordHeaderBytes + kRecordFooterBytes;
// The most bytes of a payload. Longer payloads are neither written nor read.
inline constexpr uint64_t kMaxRecordBytes = (uint64_t{1} << 31) - 1;

}  // namespace dataset
