#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/split/sample_source.h"

namespace dataset {

// A partition of the samples into groups. The samples of a group must go to the same split.
struct Grouping {
  std::vector<uint32_t> groups;    // one per sample; numbered in the order of each group's first sample
  std::vector<std::string> names;  // one per group (proto/FORMAT.md, section 1); empty: one sample without a key
  std::vector<uint32_t> sizes;     // one per group, in samples
  std::vector<uint32_t> keys;      // one per group: how many different keys its samples have
};

// Whether duplicates with different keys make one group of the groups of these keys. kNo: a sample with a key is
// grouped by its key alone.
enum class JoinKeys { kYes, kNo };

// Groups samples with equal keys, and duplicates of one another. `keys` has one key per sample (empty: no key) or no
// element if there are none; `first` is DuplicateSets::first, or empty if duplicates are ignored.
Grouping GroupSamples(const std::vector<SourceSample>& samples, const std::vector<std::string>& keys,
                      const std::vector<uint32_t>& first, JoinKeys join_keys);

}  // namespace dataset
