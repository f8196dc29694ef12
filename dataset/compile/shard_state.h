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

// SHARD.state in memory: a finished shard of an incomplete dataset (proto/FORMAT.md, section 2).
struct ShardState {
  std::string fingerprint;  // of the dataset
  ShardInfo shard;
  std::vector<uint32_t> records_per_class;
  uint32_t repeated = 0;
  std::vector<Reject> rejects;  // in the order of places
  PixelSums pixels;             // of the pictures that are not repeated; train, raw and normalized only
};

std::string FormatShardState(const ShardState& state);
// Untrusted; throws Error naming `file`.
ShardState ParseShardState(std::string_view json, const DatasetInfo& info, const std::string& file);

}  // namespace dataset
