#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/split/sample_source.h"

namespace dataset {

// Samples that must share a split.
struct Grouping {
  std::vector<uint32_t> groups;    // of each sample; numbered in the order of their first samples
  std::vector<std::string> names;  // of each group; empty: one sample without a key
  std::vector<uint32_t> sizes;     // of each group, in samples
};

enum class JoinKeys { kYes, kNo };  // whether equal pictures with different keys join their groups

// Groups by key (empty: none) and by first equal sample (`first` of DuplicateSets; may be empty: no duplicates).
Grouping GroupSamples(const std::vector<SourceSample>& samples, const std::vector<std::string>& keys,
                      const std::vector<uint32_t>& first, JoinKeys join_keys);

}  // namespace dataset
