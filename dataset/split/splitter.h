#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/manifest.h"
#include "dataset/split/checked_source.h"
#include "dataset/split/duplicates.h"
#include "dataset/split/split_options.h"

namespace dataset {

struct SplitReport {
  Manifest manifest;
  std::filesystem::path root;  // absolute, without links
  uint64_t seed = 0;
  std::map<std::string, std::string> options;  // resolved
  std::string fingerprint;                     // proto/FORMAT.md, section 1
  bool ready_made = false;                     // the source already had train/val/test
  bool list = false;                           // the source is a list, not a folder
  uint32_t skipped_hidden = 0;
  std::vector<std::string> skipped_not_image;  // paths, sorted
  std::vector<RejectedImage> rejected;         // images that failed the check, sorted by path
  std::vector<Duplicate> duplicates;           // sorted by path
  uint32_t dropped = 0;                        // duplicates left out
  uint32_t groups = 0;                         // of more than one sample
  std::vector<std::string> warnings;           // sentences, e.g. a class with few images
  // [split][label]
  std::array<std::vector<uint32_t>, 3> counts;
};

// Reads the source (dataset/split/sample_source.h), checks the images, groups what belongs together and deals the
// groups of each class to splits: a class with too few images is an Error that names it. Ready-made splits are taken as
// they are; then a class without training images is an Error, and groups in several of them are warned of. Class names
// that would not survive classes.txt are refused. Throws Error::Usage for options that exclude each other or have
// nothing to do.
SplitReport MakeSplit(const SplitOptions& options, Progress& progress);

}  // namespace dataset
