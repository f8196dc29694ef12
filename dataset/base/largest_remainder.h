#pragma once

#include <cstdint>
#include <vector>

namespace dataset {

// The range of a weight that is not 0. Weights count in whole multiples of kMinWeight.
inline constexpr double kMinWeight = 1e-6;
inline constexpr double kMaxWeight = 1e9;

// Divides n among parts in proportion to them, by Hamilton's method: each part gets its exact share rounded down, and
// what is left over goes, one each, to the largest remainders (ties: to the earlier part). So the quotas add up to n,
// and each differs from n * part / sum by less than 1. If n <= the sum of the parts, no quota is above its part. At
// least one part must be positive, and the sum must be below 2^64.
std::vector<uint32_t> Hamilton(uint32_t n, const std::vector<uint64_t>& parts);

// As above, in proportion to weights, at least one of which must be positive. Then, if n is at least the number of
// positive weights, each part that has a positive weight but got nothing takes one from the largest part (the earliest
// of several).
std::vector<uint32_t> LargestRemainder(uint32_t n, const std::vector<double>& weights);

}  // namespace dataset
