#include "dataset/base/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <array>

namespace dataset {

uint32_t Crc32c(std::string_view data) { return ExtendCrc32c(0, data); }

uint32_t ExtendCrc32c(uint32_t crc, std::string_view b) {
  constexpr size_t kMaxPart = size_t{1} << 30;  // crc32_iscsi takes an int
  crc = ~crc;                                   // crc32_iscsi leaves both inversions to its caller
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

// A uint32_t below is a polynomial over GF(2) modulo Castagnoli's. Its highest bit is the coefficient of 1, as in the
// reflected CRC.
constexpr uint32_t kPolynomial = 0x82f63b78;
constexpr uint32_t kOne = uint32_t{1} << 31;

constexpr uint32_t Multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = kOne; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = (b & 1) != 0 ? b >> 1 ^ kPolynomial : b >> 1;
  }
  return product;
}

// Entry k is x^(8 * 2^k).
constexpr std::array<uint32_t, 64> MakePowers() {
  std::array<uint32_t, 64> powers = {kOne >> 8};
  for (size_t k = 1; k < powers.size(); ++k) powers[k] = Multiply(powers[k - 1], powers[k - 1]);
  return powers;
}

}  // namespace

uint32_t CombineCrc32c(uint32_t first, uint32_t second, uint64_t second_bytes) {
  static constexpr std::array<uint32_t, 64> kPowers = MakePowers();
  for (size_t k = 0; second_bytes != 0; ++k, second_bytes >>= 1) {
    if ((second_bytes & 1) != 0) first = Multiply(first, kPowers[k]);
  }
  return first ^ second;
}

uint32_t MaskCrc(uint32_t crc) { return (crc >> 15 | crc << 17) + kMaskDelta; }

uint32_t UnmaskCrc(uint32_t masked) {
  const uint32_t rotated = masked - kMaskDelta;
  return rotated >> 17 | rotated << 15;
}

}  // namespace dataset
