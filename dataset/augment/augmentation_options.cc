#include "dataset/augment/augmentation_options.h"

#include <sstream>
#include <string>

#include "dataset/augment/rand_augment.h"
#include "dataset/base/error.h"
#include "dataset/base/number_text.h"

namespace dataset {
namespace {

// Conditions are written so that NaN fails them.
void Require(bool condition, const std::string& what) {
  if (!condition) throw Error::Usage(what);
}

template <typename T>
void RequireRange(const char* field, T value, T low, T high) {
  if (value >= low && value <= high) return;
  std::ostringstream what;
  what << field << " must be " << low << " to " << high;
  throw Error::Usage(what.str());
}

void RequireProbability(const char* field, double value) { RequireRange(field, value, 0.0, 1.0); }

void CheckScaleAndRatio(const std::string& name, double scale_min, double scale_max, double ratio_min,
                        double ratio_max) {
  constexpr double kLongest = 1e4;
  Require(scale_min > 0 && scale_min <= 1, name + "_scale_min must be above 0 and at most 1");
  Require(scale_max >= scale_min && scale_max <= 1, name + "_scale_max must be " + name + "_scale_min to 1");
  Require(ratio_min >= 1 / kLongest && ratio_min <= kLongest, name + "_ratio_min must be 0.0001 to 10000");
  Require(ratio_max >= ratio_min && ratio_max <= kLongest, name + "_ratio_max must be " + name + "_ratio_min to 10000");
}

void CheckGeometry(const AugmentationOptions& o) {
  RequireRange("image_size", o.image_size, 1, kMaxImageSize);
  Require(o.channels == 1 || o.channels == 3, "channels must be 1 or 3");
  Require(o.eval_resize >= o.image_size && o.eval_resize <= kMaxImageSize,
          "eval_resize must be image_size to " + std::to_string(kMaxImageSize));
  CheckScaleAndRatio("crop", o.crop_scale_min, o.crop_scale_max, o.crop_ratio_min, o.crop_ratio_max);
  RequireProbability("warp_probability", o.warp_probability);
  RequireRange("rotation", o.rotation, 0.0, 180.0);
  RequireRange("width_shift", o.width_shift, 0.0, 1.0);
  RequireRange("height_shift", o.height_shift, 0.0, 1.0);
  RequireRange("shear", o.shear, 0.0, 60.0);
  RequireRange("zoom_min", o.zoom_min, 0.1, 10.0);
  Require(o.zoom_max >= o.zoom_min && o.zoom_max <= 10, "zoom_max must be zoom_min to 10");
  RequireProbability("flip_left_right", o.flip_left_right);
  RequireProbability("flip_up_down", o.flip_up_down);
}

void CheckColours(const AugmentationOptions& o) {
  RequireProbability("jitter_probability", o.jitter_probability);
  RequireRange("brightness", o.brightness, 0.0, 1.0);
  RequireRange("contrast", o.contrast, 0.0, 1.0);
  RequireRange("saturation", o.saturation, 0.0, 1.0);
  RequireRange("hue", o.hue, 0.0, 0.5);
  RequireProbability("rand_augment_probability", o.rand_augment_probability);
  RequireRange("rand_augment_ops", o.rand_augment_ops, 0, 8);
  RequireRange("rand_augment_magnitude", o.rand_augment_magnitude, 0, kRandAugmentMagnitudes - 1);
  RequireProbability("channel_shift_probability", o.channel_shift_probability);
  RequireRange("channel_shift", o.channel_shift, 0.0, 255.0);
  RequireProbability("lighting_probability", o.lighting_probability);
  RequireRange("lighting", o.lighting, 0.0, 10.0);
  RequireProbability("grey", o.grey);
}

void CheckBlurAndErasing(const AugmentationOptions& o) {
  RequireProbability("blur", o.blur);
  RequireRange("blur_sigma_min", o.blur_sigma_min, 0.01, 100.0);
  Require(o.blur_sigma_max >= o.blur_sigma_min && o.blur_sigma_max <= 100,
          "blur_sigma_max must be blur_sigma_min to 100");
  RequireProbability("erasing", o.erasing);
  CheckScaleAndRatio("erasing", o.erasing_scale_min, o.erasing_scale_max, o.erasing_ratio_min, o.erasing_ratio_max);
}

}  // namespace

void Validate(const AugmentationOptions& options) {
  CheckGeometry(options);
  CheckColours(options);
  CheckBlurAndErasing(options);
}

std::vector<std::pair<std::string, std::string>> Describe(const AugmentationOptions& o) {
  const auto flag = [](bool value) -> std::string { return value ? "true" : "false"; };
  const std::string fill =
      std::to_string(o.fill[0]) + "," + std::to_string(o.fill[1]) + "," + std::to_string(o.fill[2]);
  constexpr const char* kFillModes[] = {"constant", "nearest", "reflect", "wrap"};
  return {{"image_size", std::to_string(o.image_size)},
          {"channels", std::to_string(o.channels)},
          {"fill", fill},
          {"fit", std::string(SquareFitName(o.fit))},
          {"eval_resize", std::to_string(o.eval_resize)},
          {"random_resized_crop", flag(o.random_resized_crop)},
          {"crop_scale_min", FormatNumber(o.crop_scale_min)},
          {"crop_scale_max", FormatNumber(o.crop_scale_max)},
          {"crop_ratio_min", FormatNumber(o.crop_ratio_min)},
          {"crop_ratio_max", FormatNumber(o.crop_ratio_max)},
          {"warp_probability", FormatNumber(o.warp_probability)},
          {"rotation", FormatNumber(o.rotation)},
          {"width_shift", FormatNumber(o.width_shift)},
          {"height_shift", FormatNumber(o.height_shift)},
          {"shear", FormatNumber(o.shear)},
          {"zoom_min", FormatNumber(o.zoom_min)},
          {"zoom_max", FormatNumber(o.zoom_max)},
          {"fill_mode", kFillModes[static_cast<size_t>(o.fill_mode)]},
          {"flip_left_right", FormatNumber(o.flip_left_right)},
          {"flip_up_down", FormatNumber(o.flip_up_down)},
          {"jitter_probability", FormatNumber(o.jitter_probability)},
          {"brightness", FormatNumber(o.brightness)},
          {"contrast", FormatNumber(o.contrast)},
          {"saturation", FormatNumber(o.saturation)},
          {"hue", FormatNumber(o.hue)},
          {"rand_augment_probability", FormatNumber(o.rand_augment_probability)},
          {"rand_augment_ops", std::to_string(o.rand_augment_ops)},
          {"rand_augment_magnitude", std::to_string(o.rand_augment_magnitude)},
          {"channel_shift_probability", FormatNumber(o.channel_shift_probability)},
          {"channel_shift", FormatNumber(o.channel_shift)},
          {"lighting_probability", FormatNumber(o.lighting_probability)},
          {"lighting", FormatNumber(o.lighting)},
          {"grey", FormatNumber(o.grey)},
          {"blur", FormatNumber(o.blur)},
          {"blur_sigma_min", FormatNumber(o.blur_sigma_min)},
          {"blur_sigma_max", FormatNumber(o.blur_sigma_max)},
          {"erasing", FormatNumber(o.erasing)},
          {"erasing_scale_min", FormatNumber(o.erasing_scale_min)},
          {"erasing_scale_max", FormatNumber(o.erasing_scale_max)},
          {"erasing_ratio_min", FormatNumber(o.erasing_ratio_min)},
          {"erasing_ratio_max", FormatNumber(o.erasing_ratio_max)},
          {"erased_as", o.erased_as == ErasedAs::kFill ? "fill" : "noise"}};
}

}  // namespace dataset
