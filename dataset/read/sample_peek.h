#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/sample_keys.h"

namespace dataset {

// What records say of their samples, read without the pictures: a few hundred bytes of each record before its picture,
// or behind it. No checksum is checked: what is damaged is told when the record is used. By `threads` threads, for all
// of a split. Throw Error only for a failed read.

// The labels; 0 for a record that has none below `classes`.
std::vector<uint32_t> PeekLabels(const ShardSet& shards, const SampleKeys& keys, uint32_t classes, int threads);
// The pixels of all pictures; nullopt: not all records tell.
std::optional<uint64_t> PeekPixels(const ShardSet& shards, const SampleKeys& keys, int threads);

// The labels of `split`, whose shards these are: of our own records as PeekLabels gives them; those of other programs'
// files are known already.
std::vector<uint32_t> LabelsOf(const ShardSet& shards, const DatasetInfo& info, Split split, int threads);

}  // namespace dataset
