#pragma once

#include <cstdint>
#include <vector>

namespace dataset {

// A weight is 0 or in [kMinWeight, kMaxWeight], and counts in whole multiples of kMinWeight.
inline constexpr double kMinWeight = 1e-6;
inline constexpr double kMaxWeight = 1e9;

// Exact quotas of n by whole parts, at least one of them positive: Hamilton's method, so |quota - n * part / sum| < 1,
// ties to the earlier part. The sum is n; no quota is above its part if n is not above the parts' sum (below 2^64).
std::vector<uint32_t> Hamilton(uint32_t n, const std::vector<uint64_t>& parts);

// The same by weights, at least one of them positive. Then, if n >= the number of positive weights, each empty part
// with a positive weight takes one from the largest (the earliest of those).
std::vector<uint32_t> LargestRemainder(uint32_t n, const std::vector<double>& weights);

}  // namespace dataset
