#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <span>
#include <utility>

namespace dataset {

// What a random number is for. The numbers are persisted facts: proto/FORMAT.md, section 7.
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

// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC'11).
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// The only source of randomness: a stream that is a pure function of (seed, domain, epoch, id), so that no result
// depends on threads or on what was drawn before. Cheap to construct; not shared between threads.
class Rng {
 public:
  Rng(uint64_t seed, Domain domain, uint32_t epoch, uint32_t id)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        counter_{static_cast<uint32_t>(domain), epoch, id, 0} {}

  uint32_t Word();
  float UniformFloat();                     // [0, 1), 24 bits
  double Uniform();                         // [0, 1), 53 bits
  double Uniform(double low, double high);  // low + (high - low) * Uniform()
  uint32_t Below(uint32_t n);               // 0 ... n-1, unbiased; n >= 1
  double Normal();                          // mean 0, deviation 1
  bool Chance(double probability);          // draws nothing at 0 and 1

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> words_{};
  int used_ = 4;
};

// Fisher-Yates from the end; every permutation equally likely. items.size() < 2^32.
template <typename T>
void Shuffle(std::span<T> items, Rng& rng) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[rng.Below(static_cast<uint32_t>(i))]);
  }
}

}  // namespace dataset
