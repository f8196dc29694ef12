#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/largest_remainder.h"
#include "dataset/manifest.h"
#include "dataset/progress.h"

namespace dataset {

inline constexpr std::array<double, 3> kDefaultRatio = {80, 10, 10};

struct SplitOptions {
  std::filesystem::path root;  // RAW/<class>/** or RAW/{train,val,test}/<class>/**
  // Parts of train, val and test: two (train, val) or three numbers >= 0, of any sum; 60,20,20 equals .6,.2,.2.
  // Default: kDefaultRatio. Not for ready-made splits.
  std::optional<std::vector<double>> ratio;
  // Ready-made splits without val: this part of train becomes val, stratified. Only then.
  std::optional<double> val_fraction;
  uint64_t seed = 0;
};

struct SplitReport {
  Manifest manifest;
  std::filesystem::path root;  // absolute, without links
  uint64_t seed = 0;
  std::map<std::string, std::string> options;  // resolved
  std::string fingerprint;                     // sha256 of root, options, and the images' paths and sizes
  bool ready_made = false;                     // the root already had train/val/test
  uint32_t skipped_hidden = 0;
  std::vector<std::string> skipped_not_image;  // paths, sorted
  std::vector<std::string> warnings;           // sentences, e.g. a class with few images
  // [split][label]
  std::array<std::vector<uint32_t>, 3> counts;
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const SplitOptions& options);

// Scans the folder (dataset/image_folder.h) and deals each class's images by LargestRemainder; a class with too few
// images for the splits asked for is an Error that names it. An image's class is the root's subfolder that it lies in,
// at any depth. Ready-made splits are taken as they are, if all of the root's visible folders have the name of a split
// and train is among them; then a class without training images is an Error. Class names that would not survive
// classes.txt are refused. Throws Error::Usage for a ratio with ready-made splits, or a val_fraction where it has
// nothing to do.
SplitReport MakeSplit(const SplitOptions& options, Progress& progress);

}  // namespace dataset
