#include "dataset/augment/augmentation_preset.h"

namespace dataset {

AugmentationOptions OptionsOf(AugmentationPreset preset) {
  AugmentationOptions options;
  if (preset == AugmentationPreset::kCrop) {
    options.random_resized_crop = true;
    options.crop_scale_min = options.crop_scale_max = 49.0 / 64;
    options.crop_ratio_min = options.crop_ratio_max = 1;
    return options;
  }
  if (preset >= AugmentationPreset::kLight) {
    options.random_resized_crop = true;
    options.flip_left_right = 0.5;
  }
  if (preset == AugmentationPreset::kLight) {
    options.crop_scale_min = 0.8;
    options.crop_ratio_min = 0.9;
    options.crop_ratio_max = 1 / 0.9;
  }
  if (preset == AugmentationPreset::kTrivial) {
    options.trivial_augment = 1;
    options.fill_mode = FillMode::kReflect;
    return options;
  }
  if (preset >= AugmentationPreset::kStandard) {
    options.brightness = options.contrast = options.saturation = 0.2;
  }
  if (preset >= AugmentationPreset::kStrong) {
    options.rotation = 15;
    options.fill_mode = FillMode::kReflect;
    options.rand_augment_ops = 2;
    options.erasing = 0.25;
  }
  return options;
}

}  // namespace dataset
