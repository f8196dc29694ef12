#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <span>
#include <utility>

namespace dataset {

// What a random number is used for. The numbers of the domains must never change: proto/FORMAT.md, section 7.
enum class Domain : uint32_t {
  kSplit = 1,
  kPlacement = 2,
  kSegment = 3,
  kOrder = 4,
  kAugment = 5,
  kInit = 6,
  kStep = 7,
  kDraw = 8,
  kRepeat = 9,
  kMix = 10,
};

// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3,
// SC'11). Returns the four words of one block.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// The only source of randomness: a stream of numbers that is a pure function of (seed, domain, epoch, id), so no result
// depends on threads or on earlier draws. How words become numbers: proto/FORMAT.md, section 7. Cheap to construct. Not
// thread-safe.
class Rng {
 public:
  Rng(uint64_t seed, Domain domain, uint32_t epoch, uint32_t id)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        counter_{static_cast<uint32_t>(domain), epoch, id, 0} {}

  uint32_t Word();
  float UniformFloat();                     // [0, 1), 24 bits
  double Uniform();                         // [0, 1), 53 bits
  double Uniform(double low, double high);  // low + (high - low) * Uniform()
  uint32_t Below(uint32_t n);               // 0 ... n - 1, unbiased; n >= 1
  double Normal();                          // mean 0, standard deviation 1
  bool Chance(double probability);          // true with this probability; draws nothing if it is 0 or 1

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> words_{};
  int used_ = 4;
};

// Permutes the items, by Fisher and Yates' method from the end. Every permutation is equally likely. items.size() must
// be below 2^32.
template <typename T>
void Shuffle(std::span<T> items, Rng& rng) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[rng.Below(static_cast<uint32_t>(i))]);
  }
}

}  // namespace dataset
