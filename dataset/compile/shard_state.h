#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/image/pixel_sums.h"

namespace dataset {

struct Reject {
  std::string path;
  std::string reason;
};

// How many records have a source that people should know of.
struct SourceNotes {
  uint32_t unchecked = 0;  // the record has the source's own bytes, of which only the header was read
  uint32_t clipped = 0;    // the source has values outside of the dataset's depth

  void Add(const SourceNotes& other) {
    unchecked += other.unchecked;
    clipped += other.clipped;
  }
};

// The content of SHARD.state, which describes a finished shard of an incomplete dataset (proto/FORMAT.md, section 2).
struct ShardState {
  std::string fingerprint;  // the dataset's
  ShardInfo shard;
  std::vector<uint32_t> records_per_class;
  uint32_t repeated = 0;        // records of entries that have an earlier record
  std::vector<Reject> rejects;  // in the order of their places
  PixelSums pixels;             // sums of train's pictures, each counted once; only stores raw and normalized
  SourceNotes notes;
  std::string photos;  // PlannedShard::photos; empty: not known
};

std::string FormatShardState(const ShardState& state);
// `json` is untrusted. Throws Error, which names `file`, if it is invalid or its counts do not fit the dataset `info`.
ShardState ParseShardState(std::string_view json, const DatasetInfo& info, const std::string& file);

}  // namespace dataset
