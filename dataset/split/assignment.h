#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dataset {

// How many samples of each class go to each part: [label][part].
using Quotas = std::vector<std::vector<uint32_t>>;

// What is dealt. Samples are in the order of their paths; the numbers of groups and classes are below their counts.
struct DealtSamples {
  std::vector<uint32_t> labels;
  std::vector<uint32_t> groups;  // numbered in the order of their first samples
};

struct DealOptions {
  uint64_t seed = 0;
  uint32_t epoch = 0;   // and the one above, of Domain::kSplit
  size_t required = 0;  // of the parts, that many from the first on shall have samples of every class
};

// Deals whole groups to parts by the rule of proto/FORMAT.md, section 1; returns each sample's part. The quotas of a
// class sum to the number of its samples; they are met exactly where every group is a single sample.
std::vector<uint32_t> AssignByQuota(const DealtSamples& samples, const Quotas& quotas, const DealOptions& options);

// Two numbers in [0, 1) that depend on seed and identity alone.
struct HashDraw {
  double split;
  double sample;
};
HashDraw DrawByHash(uint64_t seed, std::string_view identity);

// The first part whose cumulative share of the weights is above u.
uint32_t AssignByHash(double u, const std::vector<double>& weights);

}  // namespace dataset
