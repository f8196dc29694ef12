#pragma once

#include <cstdint>
#include <string_view>

namespace dataset {

// The CRC-32C (Castagnoli; RFC 3720, appendix B.4) of `data`, unmasked: Crc32c("123456789") == 0xe3069283. All
// functions here are pure.
uint32_t Crc32c(std::string_view data);
// Returns the CRC of a followed by b, given crc = Crc32c(a).
uint32_t ExtendCrc32c(uint32_t crc, std::string_view b);
// Returns the CRC of a followed by b, given first = Crc32c(a), second = Crc32c(b) and b's length. Reads none of the
// bytes; takes some hundred nanoseconds.
uint32_t CombineCrc32c(uint32_t first, uint32_t second, uint64_t second_bytes);

// TFRecord stores CRCs masked, because the CRC of data that contains CRCs is weak. proto/FORMAT.md, section 3, has the
// formula.
uint32_t MaskCrc(uint32_t crc);
uint32_t UnmaskCrc(uint32_t masked);

}  // namespace dataset
