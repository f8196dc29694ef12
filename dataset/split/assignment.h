#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dataset {

// quotas[label][part]: how many samples of a class should go to a part.
using Quotas = std::vector<std::vector<uint32_t>>;

// The samples to deal, in the order of their paths. Both lists have one element per sample.
struct DealtSamples {
  std::vector<uint32_t> labels;  // below the number of rows of the quotas
  std::vector<uint32_t> groups;  // 0, 1, ... in the order of each group's first sample, without gaps
};

struct DealOptions {
  uint64_t seed = 0;
  uint32_t epoch = 0;   // in Domain::kSplit; the deal also draws from epoch + 1
  size_t required = 0;  // the first `required` parts should get at least one sample of every class
};

// Deals whole groups to parts by the rule of proto/FORMAT.md, section 1 ("Dealing by quota"), and returns the part of
// each sample. The quotas of a class must sum to the number of its samples. If every group is a single sample, the
// quotas are met exactly; larger groups can make parts miss them. A class with fewer groups than required parts may
// leave some of these parts without it.
std::vector<uint32_t> AssignByQuota(const DealtSamples& samples, const Quotas& quotas, const DealOptions& options);

// Two numbers in [0, 1) that depend only on the seed and the identity (proto/FORMAT.md, section 1, "Dealing by hash").
struct HashDraw {
  double split;   // chooses the part
  double sample;  // decides whether SplitOptions::sample keeps the sample
};
HashDraw DrawByHash(uint64_t seed, std::string_view identity);

// Returns the first part whose cumulative share of the weights is above u, which is in [0, 1).
uint32_t AssignByHash(double u, const std::vector<double>& weights);

}  // namespace dataset
