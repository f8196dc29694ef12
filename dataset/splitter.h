#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/manifest.h"
#include "dataset/progress.h"

namespace dataset {

struct SplitOptions {
  std::filesystem::path root;          // RAW/<class>/** or RAW/{train,val,test}/<class>/**
  // Parts of train, val and test: two (train, val) or three numbers >= 0, of any sum; 60,20,20 equals .6,.2,.2.
  std::vector<double> ratio = {80, 10, 10};
  // Ready-made splits without val: this part of train becomes val, stratified. Only then.
  std::optional<double> val_fraction;
  uint64_t seed = 0;
};

struct SplitReport {
  Manifest manifest;
  bool ready_made = false;             // the root already had train/val/test
  uint32_t skipped_hidden = 0;
  std::vector<std::string> skipped_not_image;  // paths, sorted
  std::vector<std::string> warnings;   // sentences, e.g. a class with few images
  // [split][label]
  std::array<std::vector<uint32_t>, 3> counts;
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const SplitOptions& options);

// Walks the folder (symlink loops refused, hidden names skipped and counted, files told by content) and deals each class's
// images by exact largest-remainder quotas: |got - quota| < 1, and at least one image in each split asked for if the
// class has that many; a class with fewer is an Error that names it. Independent of readdir order. Class names that would
// not survive a CSV or a path (empty, NUL) are refused.
SplitReport MakeSplit(const SplitOptions& options, Progress& progress);

// Largest-remainder quotas of n by weights (Hamilton's method), ties to the earlier part; then, if n >= the number of
// positive weights, an empty part with a positive weight takes one from the largest. The sum is n.
std::vector<uint32_t> LargestRemainder(uint32_t n, const std::vector<double>& weights);

}  // namespace dataset
