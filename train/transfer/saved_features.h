#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "train/run/training_options.h"

namespace train {

struct SavedSplit {
  std::string name;
  uint64_t samples = 0;
  uint64_t left_out = 0;     // unreadable ones
  std::vector<int64_t> row;  // the sides of a sample's features
};

struct SavedFeatures {
  std::vector<SavedSplit> splits;
  bool unchanged = false;             // the folder had them already
  std::vector<std::string> warnings;  // of what went wrong with the features that are kept for later runs
};

// Writes what the backbone of the run that `options` describe, with the weights that it begins with, makes of train,
// val and test in evaluation's view: for each split there is, SPLIT-features.npy, SPLIT-labels.npy and SPLIT-ids.npy,
// and features.json (proto/FORMAT.md, section 12). A folder appears whole. One that has other features is refused
// unless options.existing is kOverwrite, and one with a file that was not written here is always.
//
// Throws dataset::Error. If options.stop ends it, nothing is written and the result has no splits.
SavedFeatures SaveFeatures(const TrainingRunOptions& options, const std::filesystem::path& folder,
                           dataset::Progress& progress);

}  // namespace train
