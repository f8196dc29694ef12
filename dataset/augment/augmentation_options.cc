#include "dataset/augment/augmentation_options.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <type_traits>

#include "dataset/augment/augment_op.h"
#include "dataset/base/error.h"
#include "dataset/base/number_text.h"

namespace dataset {
namespace {

using O = AugmentationOptions;

constexpr ValueRange kProbability = {.least = 0, .most = 1};
constexpr ValueRange kPart = {.least = 0, .most = 1, .with_least = false};
constexpr ValueRange kRatio = {.least = 1e-4, .most = 1e4};
constexpr ValueRange kZoom = {.least = 0.1, .most = 10};
constexpr ValueRange kSigma = {.least = 0.01, .most = 100};

constexpr ValueRange To(double most) { return {.least = 0, .most = most}; }

constexpr AugmentationField kFields[] = {
    {"image_size", &O::image_size, {.least = 1, .most = kMaxImageSize}},
    {"channels", &O::channels},
    {"fill", &O::fill, {}, "", "", "fill"},
    {"fit", &O::fit},
    {"eval_resize", &O::eval_resize, {.least = 1, .most = kMaxImageSize}, "image_size"},
    {"random_resized_crop", &O::random_resized_crop, {}, "", "random-resized-crop", "", 1},
    {"crop_scale_min", &O::crop_scale_min, kPart, "", "random-resized-crop", "scale"},
    {"crop_scale_max", &O::crop_scale_max, kPart, "crop_scale_min", "random-resized-crop", "scale"},
    {"crop_ratio_min", &O::crop_ratio_min, kRatio, "", "random-resized-crop", "ratio"},
    {"crop_ratio_max", &O::crop_ratio_max, kRatio, "crop_ratio_min", "random-resized-crop", "ratio"},
    {"warp_probability", &O::warp_probability, kProbability, "", "", "warp-probability"},
    {"rotation", &O::rotation, To(180), "", "rotation", "degrees", 15},
    {"width_shift", &O::width_shift, To(1), "", "width-shift", "part", 0.1},
    {"height_shift", &O::height_shift, To(1), "", "height-shift", "part", 0.1},
    {"shear", &O::shear, To(60), "", "shear", "degrees", 10},
    {"zoom_min", &O::zoom_min, kZoom, "", "zoom", "range", 0.9},
    {"zoom_max", &O::zoom_max, kZoom, "zoom_min", "zoom", "range", 1.1},
    {"fill_mode", &O::fill_mode, {}, "", "", "fill-mode"},
    {"flip_left_right", &O::flip_left_right, kProbability, "", "flip", "probability", 0.5},
    {"flip_up_down", &O::flip_up_down, kProbability, "", "flip-up-down", "probability", 0.5},
    {"jitter_probability", &O::jitter_probability, kProbability, "", "jitter", "probability"},
    {"brightness", &O::brightness, To(1), "", "jitter", "brightness", 0.2},
    {"contrast", &O::contrast, To(1), "", "jitter", "contrast", 0.2},
    {"saturation", &O::saturation, To(1), "", "jitter", "saturation", 0.2},
    {"hue", &O::hue, To(0.5), "", "jitter", "hue"},
    {"rand_augment_probability", &O::rand_augment_probability, kProbability, "", "rand-augment", "probability"},
    {"rand_augment_ops", &O::rand_augment_ops, To(8), "", "rand-augment", "ops", 2},
    {"rand_augment_magnitude", &O::rand_augment_magnitude, To(kMagnitudes - 1), "", "rand-augment", "magnitude"},
    {"trivial_augment", &O::trivial_augment, kProbability, "", "trivial-augment", "probability", 1, true},
    {"channel_shift_probability", &O::channel_shift_probability, kProbability, "", "channel-shift", "probability"},
    {"channel_shift", &O::channel_shift, To(255), "", "channel-shift", "levels", 20},
    {"lighting_probability", &O::lighting_probability, kProbability, "", "lighting", "probability"},
    {"lighting", &O::lighting, To(10), "", "lighting", "deviation", 0.1},
    {"grey", &O::grey, kProbability, "", "grey", "probability", 0.1},
    {"blur", &O::blur, kProbability, "", "blur", "probability", 0.1},
    {"blur_sigma_min", &O::blur_sigma_min, kSigma, "", "blur", "sigma"},
    {"blur_sigma_max", &O::blur_sigma_max, kSigma, "blur_sigma_min", "blur", "sigma"},
    {"erasing", &O::erasing, kProbability, "", "erasing", "probability", 0.25},
    {"erasing_scale_min", &O::erasing_scale_min, kPart, "", "erasing", "scale"},
    {"erasing_scale_max", &O::erasing_scale_max, kPart, "erasing_scale_min", "erasing", "scale"},
    {"erasing_ratio_min", &O::erasing_ratio_min, kRatio, "", "erasing", "ratio"},
    {"erasing_ratio_max", &O::erasing_ratio_max, kRatio, "erasing_ratio_min", "erasing", "ratio"},
    {"erased_as", &O::erased_as, {}, "", "erasing", "as"},
};

void Refuse(const AugmentationField& field, const std::string& cause) {
  throw Error::Usage("`" + std::string(field.name) + "` must be " + cause);
}

double ValueOf(std::string_view name, const AugmentationOptions& options) {
  const std::span<const AugmentationField> fields = AugmentationFields();
  const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
  assert(field != fields.end());
  return *NumberOf(*field, options);
}

void Check(const AugmentationField& field, const AugmentationOptions& options) {
  const std::optional<double> number = NumberOf(field, options);
  if (!number) return;
  if (field.least.empty()) {
    if (!field.range.Holds(*number)) Refuse(field, FormatRange(field.range));
  } else if (!field.range.Holds(*number) || *number < ValueOf(field.least, options)) {
    Refuse(field, "`" + std::string(field.least) + "` to " + FormatNumber(field.range.most));
  }
}

template <typename Value>
std::string Text(const Value& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_enum_v<Value>) {
    return std::string(NameOf(value));
  } else if constexpr (std::is_arithmetic_v<Value>) {
    return FormatNumber(value);
  } else {
    return FormatNumbers({value.begin(), value.end()});
  }
}

}  // namespace

std::span<const AugmentationField> AugmentationFields() { return kFields; }

std::optional<double> NumberOf(const AugmentationField& field, const AugmentationOptions& options) {
  return std::visit(
      [&](auto member) -> std::optional<double> {
        using Value = std::remove_cvref_t<decltype(options.*member)>;
        if constexpr (std::is_same_v<Value, int> || std::is_same_v<Value, double>) {
          return static_cast<double>(options.*member);
        } else {
          return std::nullopt;
        }
      },
      field.member);
}

void Validate(const AugmentationOptions& options) {
  for (const AugmentationField& field : AugmentationFields()) Check(field, options);
  if (options.channels != 1 && options.channels != 3) throw Error::Usage("`channels` must be 1 or 3");
}

std::vector<std::pair<std::string, std::string>> Describe(const AugmentationOptions& options) {
  std::vector<std::pair<std::string, std::string>> described;
  for (const AugmentationField& field : AugmentationFields()) {
    if (field.described_if_on && NumberOf(field, options) == 0) continue;
    described.emplace_back(field.name, std::visit([&](auto member) { return Text(options.*member); }, field.member));
  }
  return described;
}

}  // namespace dataset
