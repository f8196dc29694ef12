#include "dataset/load/standardization.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace dataset {

MeanAndStd PerSampleStandardization(std::span<const uint8_t> pixels) {
  assert(!pixels.empty());
  uint64_t sum = 0, squares = 0;
  for (const uint8_t value : pixels) {
    sum += value;
    squares += static_cast<uint64_t>(value) * value;
  }
  const double n = static_cast<double>(pixels.size()), mean = static_cast<double>(sum) / n;
  const double variance = std::max(static_cast<double>(squares) / n - mean * mean, 0.0);
  return {static_cast<float>(mean), static_cast<float>(std::max(std::sqrt(variance), 1 / std::sqrt(n)))};
}

}  // namespace dataset
