#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "dataset/augment/augmentation_options.h"
#include "dataset/base/progress.h"
#include "dataset/catalog/split.h"
#include "dataset/io/sync.h"
#include "dataset/load/batch_mixer.h"
#include "dataset/read/foreign_dataset.h"

namespace dataset {

struct AugmentationSheetOptions {
  std::filesystem::path path;    // dataset folder or TFRecord file
  std::filesystem::path output;  // a JPEG file
  std::optional<Split> split;    // of a folder: which one
  ForeignOptions foreign;        // of other programs' files
  AugmentationOptions augmentation;
  MixOptions mix;
  uint64_t seed = 0;
  uint32_t pictures = 8;  // 1 ... 100
  Sync sync = Sync::kYes;
};

inline constexpr uint32_t kAugmentationSheetEpochs = 8;

// Draws the first records: a row a picture, first as it is, then as a loader of this seed makes it in the epochs 0 to
// 7, but for the scale that JPEGs are decoded at; what mixes batches does so within each of these columns. The same
// input gives the same bytes. Returns the number of pictures. Throws Error for damaged records and pictures and for a
// sheet that is too large, Error::Usage for options out of range.
uint32_t WriteAugmentationSheet(const AugmentationSheetOptions& options, Progress& progress);

}  // namespace dataset
