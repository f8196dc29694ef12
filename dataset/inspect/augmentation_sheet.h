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
  std::optional<Split> split;    // of a folder: the split to draw from; nullopt: all
  ForeignOptions foreign;        // how to read other programs' files
  AugmentationOptions augmentation;
  MixOptions mix;
  uint64_t seed = 0;
  uint32_t pictures = 8;  // number of pictures, 1 ... 100
  Sync sync = Sync::kYes;
};

inline constexpr uint32_t kAugmentationSheetEpochs = 8;

// Draws a JPEG sheet of the first records, one row for each picture. The first column is the picture as it is; the next
// eight are the picture as a loader with this seed makes it in the epochs 0 ... 7, except that JPEGs are decoded at
// full size. Mixup and cutmix mix the pictures of a column. The same input gives the same bytes. Returns the number of
// pictures. Throws Error for damaged records or pictures, for input without a picture and for a sheet that is too
// large; Error::Usage for options out of range.
uint32_t WriteAugmentationSheet(const AugmentationSheetOptions& options, Progress& progress);

}  // namespace dataset
