#include "dataset/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace dataset {

uint32_t Crc32c(std::string_view data) { return ExtendCrc32c(0, data); }

uint32_t ExtendCrc32c(uint32_t crc, std::string_view b) {
  constexpr size_t kMaxPart = size_t{1} << 30;  // crc32_iscsi takes an int
  crc = ~crc;                                   // and leaves both inversions to its caller
  while (!b.empty()) {
    const size_t part = std::min(b.size(), kMaxPart);
    auto* bytes = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(b.data()));
    crc = crc32_iscsi(bytes, static_cast<int>(part), crc);
    b.remove_prefix(part);
  }
  return ~crc;
}

namespace {
constexpr uint32_t kMaskDelta = 0xa282ead8;
}

uint32_t MaskCrc(uint32_t crc) { return (crc >> 15 | crc << 17) + kMaskDelta; }

uint32_t UnmaskCrc(uint32_t masked) {
  const uint32_t rotated = masked - kMaskDelta;
  return rotated >> 17 | rotated << 15;
}

}  // namespace dataset
