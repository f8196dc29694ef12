#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dataset/augment/augmentation_options.h"

namespace dataset {

// none, light, standard, strong.
std::vector<std::string> AugmentationPresetNames();

// What is random, by a preset's name; sizes, fit and fill are the defaults. Each holds what the one before has, but
// for wider ranges:
//   none      nothing: the fit alone
//   light     flip left-right, a crop of at least 80 % of the area
//   standard  crops from 35 % on; brightness, contrast and saturation
//   strong    rotation, two ops of RandAugment, erasing; what the picture lacks is mirrored
// Throws Error::Usage for another name.
AugmentationOptions AugmentationPreset(std::string_view name);

}  // namespace dataset
