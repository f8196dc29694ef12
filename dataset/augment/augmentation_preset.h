#pragma once

#include "dataset/augment/augmentation_options.h"
#include "dataset/base/enum_names.h"

namespace dataset {

// Bundles of augmentations. The first four go from weak to strong, and each adds to the one before it:
//   none      nothing is random; the picture is fitted to the square
//   light     flips from left to right, crops of at least 80 % of the area
//   standard  crops of at least 35 % of the area; brightness, contrast and saturation
//   strong    rotation, two ops of RandAugment, erasing; beyond its edges the picture is mirrored
//   crop      square crops of 7/8 of the short side's square, 77 % of its area, and nothing else
//   trivial   flips and crops as in standard, and TrivialAugment; beyond its edges the picture is mirrored
enum class AugmentationPreset { kNone, kLight, kStandard, kStrong, kTrivial, kCrop };
constexpr auto EnumNames(AugmentationPreset) {
  return NameTable<AugmentationPreset, 6>{{{AugmentationPreset::kNone, "none"},
                                           {AugmentationPreset::kLight, "light"},
                                           {AugmentationPreset::kStandard, "standard"},
                                           {AugmentationPreset::kStrong, "strong"},
                                           {AugmentationPreset::kTrivial, "trivial"},
                                           {AugmentationPreset::kCrop, "crop"}}};
}

// Returns the options of a preset. Sizes, fit and fill have their defaults.
AugmentationOptions OptionsOf(AugmentationPreset preset);

}  // namespace dataset
