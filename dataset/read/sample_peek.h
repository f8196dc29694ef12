#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/sample_keys.h"

namespace dataset {

// Facts about samples that are read without reading the pictures: only a few hundred bytes of each record before or
// behind its picture. No checksum is checked, because damage is found when the record is used. All functions cover a
// whole split, run in up to `threads` threads, and throw Error only for a failed read.

// Returns the label of each sample, or 0 where the record has no label below `classes`.
std::vector<uint32_t> PeekLabels(const ShardSet& shards, const SampleKeys& keys, uint32_t classes, int threads);
// Returns the number of pixels of all pictures together, or nullopt if a record does not tell the size of its picture.
std::optional<uint64_t> PeekPixels(const ShardSet& shards, const SampleKeys& keys, int threads);

// Returns what tells each sample's photo: the feature of role source_id of our own records; of other programs' ones,
// and where it lacks, the size and the CRC of the record.
std::vector<std::string> SourcesOf(const ShardSet& shards, const DatasetInfo& info, int threads);

// Returns the labels of `split`; `shards` must be that split's. For our own records these are PeekLabels' labels; for
// other programs' files they are in `info` already. They are those of all records in the shards, also if the split has
// a part of them alone.
std::vector<uint32_t> LabelsOf(const ShardSet& shards, const DatasetInfo& info, Split split, int threads);

}  // namespace dataset
