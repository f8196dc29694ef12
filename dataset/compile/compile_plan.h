#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/catalog/manifest.h"
#include "dataset/catalog/split.h"
#include "dataset/compile/compile_options.h"

namespace dataset {

// The input of a dataset, before its shards are planned.
struct CompileInput {
  Manifest manifest;           // with options.fold applied
  std::filesystem::path root;  // the raw root
  // Everything of dataset.json that is known before a photo is read. The scale is missing if NeedsPixelSums.
  DatasetInfo info;
};

// Reads the manifest. Throws Error for a manifest without files, a root that is no folder and a fold that does not
// exist, and Error::Usage for an output folder that holds the manifest or the photos.
CompileInput LoadInput(const CompileOptions& options);

// A place in a shard.
struct PlannedSample {
  uint32_t entry = 0;     // index into manifest.entries
  bool repeated = false;  // the same entry has an earlier place
};

// One shard and its samples, in order.
struct PlannedShard {
  Split split = Split::kTrain;
  std::string name;
  std::vector<PlannedSample> samples;
  std::string photos;  // PhotoStamp of the samples' photos before they are read; empty: not looked at
};

// Plans the shards of all splits, train first, by the rules of proto/FORMAT.md, section 2. Reads the headers of the
// photos unless options.shards gives the number of shards.
std::vector<PlannedShard> PlanShards(const CompileOptions& options, const CompileInput& input, Progress& progress);
// The same, with as many shards in each split as `planned`, an earlier plan of this dataset, has. Reads no photo.
std::vector<PlannedShard> PlanShards(const CompileOptions& options, const CompileInput& input,
                                     const DatasetInfo& planned);

// Replaces info->splits by the splits and the names of their shards, with counts of 0.
void DescribeShards(const std::vector<PlannedShard>& shards, DatasetInfo* info);

}  // namespace dataset
