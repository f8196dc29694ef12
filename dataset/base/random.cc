#include "dataset/base/random.h"

#include <cmath>
#include <numbers>

namespace dataset {

std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t even = uint64_t{0xd2511f53} * counter[0];
    const uint64_t odd = uint64_t{0xcd9e8d57} * counter[2];
    counter = {static_cast<uint32_t>(odd >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(odd),
               static_cast<uint32_t>(even >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(even)};
    key[0] += 0x9e3779b9;
    key[1] += 0xbb67ae85;
  }
  return counter;
}

uint32_t Rng::Word() {
  if (used_ == 4) {
    words_ = Philox4x32(counter_, key_);
    ++counter_[3];
    used_ = 0;
  }
  return words_[used_++];
}

float Rng::UniformFloat() { return static_cast<float>(Word() >> 8) * 0x1p-24f; }

double Rng::Uniform() {
  const uint64_t high = Word();
  return static_cast<double>((high << 32 | Word()) >> 11) * 0x1p-53;
}

double Rng::Uniform(double low, double high) { return low + (high - low) * Uniform(); }

uint32_t Rng::Below(uint32_t n) {
  assert(n >= 1);
  uint64_t product = uint64_t{Word()} * n;
  if (static_cast<uint32_t>(product) < n) {
    const uint32_t threshold = -n % n;  // 2^32 mod n
    while (static_cast<uint32_t>(product) < threshold) product = uint64_t{Word()} * n;
  }
  return static_cast<uint32_t>(product >> 32);
}

double Rng::Normal() {
  const double radius = std::sqrt(-2 * std::log(1 - Uniform()));  // never log(0)
  return radius * std::cos(2 * std::numbers::pi * Uniform());
}

bool Rng::Chance(double probability) {
  if (probability <= 0 || probability >= 1) return probability >= 1;
  return Word() * 0x1p-32 >= 1 - probability;
}

}  // namespace dataset
