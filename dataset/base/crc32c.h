#pragma once

#include <cstdint>
#include <string_view>

namespace dataset {

// CRC-32C (Castagnoli), RFC 3720 appendix B.4: Crc32c("123456789") == 0xe3069283.
uint32_t Crc32c(std::string_view data);
// The CRC of a + b from crc = Crc32c(a).
uint32_t ExtendCrc32c(uint32_t crc, std::string_view b);
// The CRC of a + b from Crc32c(a) and Crc32c(b), without their bytes; in some hundred nanoseconds.
uint32_t CombineCrc32c(uint32_t first, uint32_t second, uint64_t second_bytes);

// TFRecord stores CRCs masked, since the CRC of data that holds CRCs is weak (proto/FORMAT.md, section 3).
uint32_t MaskCrc(uint32_t crc);
uint32_t UnmaskCrc(uint32_t masked);

}  // namespace dataset
