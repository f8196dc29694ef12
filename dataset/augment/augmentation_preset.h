#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dataset/augment/augmentation_options.h"

namespace dataset {

// Returns none, light, standard and strong.
std::vector<std::string> AugmentationPresetNames();

// Returns the options of a preset. Sizes, fit and fill have their defaults. Each preset adds to the one before it:
//   none      nothing is random; the picture is fitted to the square
//   light     flips from left to right, crops of at least 80 % of the area
//   standard  crops of at least 35 % of the area; brightness, contrast and saturation
//   strong    rotation, two ops of RandAugment, erasing; beyond its edges the picture is mirrored
// Throws Error::Usage for any other name.
AugmentationOptions AugmentationPreset(std::string_view name);

}  // namespace dataset
