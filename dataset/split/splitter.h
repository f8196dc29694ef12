#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/class_counts.h"
#include "dataset/catalog/manifest.h"
#include "dataset/split/checked_source.h"
#include "dataset/split/duplicates.h"
#include "dataset/split/split_options.h"

namespace dataset {

struct SplitReport {
  Manifest manifest;
  std::filesystem::path root;  // absolute, without symbolic links
  uint64_t seed = 0;
  std::map<std::string, std::string> options;  // all that decide the split, resolved, by name
  std::string fingerprint;                     // proto/FORMAT.md, section 1
  bool ready_made = false;                     // the source already had train/val/test
  std::filesystem::path list;                  // the source if it is a list, not a folder; else empty
  std::array<bool, 3> wanted{};                // by split: the options ask for samples in it, or it was ready-made
  std::vector<SkippedName> skipped;            // names that gave no sample, sorted by path
  std::vector<RejectedImage> rejected;         // images that failed the check, sorted by path
  std::vector<Duplicate> duplicates;           // sorted by path
  std::vector<DroppedSample> dropped;          // left out because of SplitOptions::duplicates, sorted by path
  uint32_t torn_duplicates = 0;                // pictures that are alike and lie in several splits, counted once
  uint32_t groups = 0;                         // the number of groups with more than one sample
  std::vector<std::string> notes;              // sentences on how the source was read
  std::vector<std::string> warnings;           // sentences, such as one on a class with few images
  ClassCounts counts;                          // samples
};

// Reads the source (dataset/split/sample_source.h), checks the images, groups the samples that belong together and
// deals the groups of each class to splits. A class with too few images is an Error that names the class, and so are
// groups that leave a split without images (dataset/split/group_check.h). Ready-made splits are kept: a class without
// images in train is then an Error, and a group in several splits a warning. Throws Error for a class name with a
// control character, since classes.txt could not hold it, and Error::Usage for options that exclude each other or do
// not apply to the source. Uses options.jobs threads; the result does not depend on their number.
SplitReport MakeSplit(const SplitOptions& options, Progress& progress);

}  // namespace dataset
