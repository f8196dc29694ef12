#pragma once

#include <cstdint>
#include <vector>

#include "dataset/base/disjoint_sets.h"

namespace dataset {

struct NearestHash {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = kNone;  // the nearest other hash, the least index if several are as near; kNone: none is near
  uint32_t distance = 0;   // in bits
};

// Finds all pairs of hashes whose Hamming distance is at most `distance` (0 ... 63), joins each pair in *sets, and
// returns the nearest one of each hash. The hashes must differ; `sets` must have their number. The search is exact: two
// near hashes agree in at least one of distance + 1 bands of bits, so only hashes that share a band are compared.
// Works in parallel; the result does not depend on the number of threads.
std::vector<NearestHash> FindNearHashes(const std::vector<uint64_t>& hashes, uint32_t distance, DisjointSets* sets);

}  // namespace dataset
