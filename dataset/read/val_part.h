#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// The parts of a split of which one is held out for val. Ids are ascending.
struct ValPart {
  std::vector<SampleId> train;
  std::vector<SampleId> val;
};

// Holds out, of each class, the round(fraction * n) of its n different pictures with the smallest ranks, at least one
// if there are two, and never all (proto/FORMAT.md, section 6). Samples with equal ranks are one picture: val has the
// first of them, and train none. So a picture stays where it is, but for a few at the edge, if others are added.
// `labels` and `ranks` have one element a sample; 0 < fraction < 1.
ValPart DealValPart(const std::vector<uint32_t>& labels, const std::vector<uint64_t>& ranks, double fraction);

// Returns the rank of each sample: a hash of its photo or, if the record does not tell it, of the record.
std::vector<uint64_t> RanksOf(const ShardSet& shards, const DatasetInfo& info, int threads);

// Returns the dataset with a val split that is held out of its train split, in the same shards (DatasetSplit::part).
// It must have no val split; one without train stays as it is. Reads a few hundred bytes of each record of train, in up
// to `threads` threads. Throws Error if nothing can be held out, and as ShardSet does.
DatasetInfo WithValPart(const std::filesystem::path& folder, DatasetInfo info, double fraction, int threads);

}  // namespace dataset
