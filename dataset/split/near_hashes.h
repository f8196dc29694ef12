#pragma once

#include <cstdint>
#include <vector>

#include "dataset/split/disjoint_sets.h"

namespace dataset {

struct NearestHash {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = kNone;  // of the nearest other hash, the least of equals; kNone: none is near
  uint32_t distance = 0;
};

// Finds all pairs of `hashes` (all different) with a Hamming distance of at most `distance` (0 ... 63), exactly: two
// such hashes agree in at least one of distance + 1 bands of bits. Joins them in `sets` and returns each one's nearest.
// In parallel; does not depend on threads.
std::vector<NearestHash> FindNearHashes(const std::vector<uint64_t>& hashes, uint32_t distance, DisjointSets* sets);

}  // namespace dataset
