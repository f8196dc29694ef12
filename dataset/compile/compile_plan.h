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

// What goes into a dataset, before its shards are laid out.
struct CompileInput {
  Manifest manifest;  // the fold chosen
  std::filesystem::path root;
  DatasetInfo info;  // all of dataset.json that is known before a photo is read; the scale only without NeedsPixelSums
};

// Reads the manifest. Throws Error for a manifest without files, a root that is no folder, a fold that does not exist,
// and an output that holds the manifest or the photos.
CompileInput LoadInput(const CompileOptions& options);

// A sample's turn.
struct PlannedSample {
  uint32_t entry = 0;     // index into manifest.entries
  bool repeated = false;  // the entry had its first turn before
};

// One shard's samples, in order.
struct PlannedShard {
  Split split = Split::kTrain;
  std::string name;
  std::vector<PlannedSample> samples;
};

// The shards of all splits, train first, by the rules of proto/FORMAT.md, section 2. Reads the photos' headers if the
// number of shards follows from the size.
std::vector<PlannedShard> PlanShards(const CompileOptions& options, const CompileInput& input, Progress& progress);
// The same for a number of shards per split (in the order of `info.splits`) that is known already.
std::vector<PlannedShard> PlanShards(const CompileOptions& options, const CompileInput& input,
                                     const DatasetInfo& planned);

// Puts the splits and the names of their shards, without records, into *info.
void DescribeShards(const std::vector<PlannedShard>& shards, DatasetInfo* info);

}  // namespace dataset
