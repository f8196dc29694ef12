#include "dataset/base/largest_remainder.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace dataset {

std::vector<uint32_t> Hamilton(uint32_t n, const std::vector<uint64_t>& parts) {
  using Uint128 = unsigned __int128;
  const uint64_t sum = std::accumulate(parts.begin(), parts.end(), uint64_t{0});
  assert(sum > 0);
  std::vector<uint32_t> quotas;
  std::vector<uint64_t> remainders;
  for (const uint64_t part : parts) {
    quotas.push_back(static_cast<uint32_t>(Uint128{n} * part / sum));
    remainders.push_back(static_cast<uint64_t>(Uint128{n} * part % sum));
  }
  std::vector<size_t> order(parts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  const uint32_t left = n - std::accumulate(quotas.begin(), quotas.end(), uint32_t{0});
  for (uint32_t i = 0; i < left; ++i) ++quotas[order[i]];
  return quotas;
}

std::vector<uint32_t> LargestRemainder(uint32_t n, const std::vector<double>& weights) {
  // Whole millionths make everything exact, so .6,.2,.2 and 60,20,20 break ties alike.
  std::vector<uint64_t> units;
  for (double weight : weights) {
    assert(weight == 0 || (weight >= kMinWeight && weight <= kMaxWeight));
    units.push_back(static_cast<uint64_t>(std::llround(weight / kMinWeight)));
  }
  std::vector<uint32_t> quotas = Hamilton(n, units);
  if (n >= units.size() - static_cast<size_t>(std::count(units.begin(), units.end(), 0u))) {
    for (size_t part = 0; part < quotas.size(); ++part) {
      if (quotas[part] > 0 || units[part] == 0) continue;
      --*std::max_element(quotas.begin(), quotas.end());
      ++quotas[part];
    }
  }
  return quotas;
}

}  // namespace dataset
