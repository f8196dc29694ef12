#include "dataset/augment/augmentation_preset.h"

#include "dataset/base/error.h"

namespace dataset {

std::vector<std::string> AugmentationPresetNames() { return {"none", "light", "standard", "strong"}; }

AugmentationOptions AugmentationPreset(std::string_view name) {
  AugmentationOptions options;
  if (name == "none") return options;
  options.random_resized_crop = true;
  options.flip_left_right = 0.5;
  if (name == "light") {
    options.crop_scale_min = 0.8;
    options.crop_ratio_min = 0.9;
    options.crop_ratio_max = 1 / 0.9;
    return options;
  }
  options.brightness = options.contrast = options.saturation = 0.2;
  if (name == "standard") return options;
  options.rotation = 15;
  options.fill_mode = FillMode::kReflect;
  options.rand_augment_ops = 2;
  options.erasing = 0.25;
  if (name == "strong") return options;
  throw Error::Usage("no preset of augmentations is named '" + std::string(name) + "'");
}

}  // namespace dataset
