#pragma once

#include <cstdint>

namespace dataset {

// TFRecord framing (proto/FORMAT.md, section 3): a header (length, CRC of it), the payload, a footer (CRC of the
// payload).
inline constexpr uint64_t kRecordHeaderBytes = 12;
inline constexpr uint64_t kRecordFooterBytes = 4;
inline constexpr uint64_t kRecordOverheadBytes = kRecordHeaderBytes + kRecordFooterBytes;
// Of a payload. Longer ones are neither written nor read.
inline constexpr uint64_t kMaxRecordBytes = (uint64_t{1} << 31) - 1;

}  // namespace dataset
