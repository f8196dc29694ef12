#include "dataset/augment/augmentation_options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"

namespace dataset {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

void ExpectRefused(const AugmentationOptions& options, const std::string& field) {
  try {
    Validate(options);
    ADD_FAILURE() << field;
  } catch (const Error& error) {
    EXPECT_TRUE(error.usage());
    EXPECT_TRUE(std::string_view(error.what()).starts_with("`" + field + "` must be ")) << error.what();
  }
}

TEST(AugmentationOptionsTest, DefaultsAreFine) { EXPECT_NO_THROW(Validate(AugmentationOptions())); }

TEST(AugmentationOptionsTest, NumbersOutOfRangeAreNamed) {
  using Options = AugmentationOptions;
  const struct {
    double Options::*field;
    const char* name;
    std::initializer_list<double> bad;
  } cases[] = {
      {&Options::crop_scale_min, "crop_scale_min", {0, -1, 1.1}},
      {&Options::crop_scale_max, "crop_scale_max", {1.1, 0.2}},
      {&Options::crop_ratio_min, "crop_ratio_min", {-1, 0}},
      {&Options::crop_ratio_max, "crop_ratio_max", {0.5}},
      {&Options::warp_probability, "warp_probability", {-0.1, 1.1}},
      {&Options::rotation, "rotation", {-1, 181}},
      {&Options::width_shift, "width_shift", {-0.1, 1.1}},
      {&Options::height_shift, "height_shift", {-0.1, 1.1}},
      {&Options::shear, "shear", {-1, 61}},
      {&Options::zoom_min, "zoom_min", {-1, 0, 0.05, 11}},
      {&Options::zoom_max, "zoom_max", {0.9, 10.1}},
      {&Options::flip_left_right, "flip_left_right", {-0.1, 1.1}},
      {&Options::flip_up_down, "flip_up_down", {-0.1, 1.1}},
      {&Options::jitter_probability, "jitter_probability", {-0.1, 1.1}},
      {&Options::brightness, "brightness", {-0.1, 1.1}},
      {&Options::contrast, "contrast", {-0.1, 1.1}},
      {&Options::saturation, "saturation", {-0.1, 1.1}},
      {&Options::hue, "hue", {-0.1, 0.51}},
      {&Options::rand_augment_probability, "rand_augment_probability", {-0.1, 1.1}},
      {&Options::trivial_augment, "trivial_augment", {-0.1, 1.1}},
      {&Options::channel_shift_probability, "channel_shift_probability", {-0.1, 1.1}},
      {&Options::channel_shift, "channel_shift", {-1, 256}},
      {&Options::lighting_probability, "lighting_probability", {-0.1, 1.1}},
      {&Options::lighting, "lighting", {-0.1, 11}},
      {&Options::grey, "grey", {-0.1, 1.1}},
      {&Options::blur, "blur", {-0.1, 1.1}},
      {&Options::blur_sigma_min, "blur_sigma_min", {-1, 0, 101}},
      {&Options::blur_sigma_max, "blur_sigma_max", {0.05, 101}},
      {&Options::erasing, "erasing", {-0.1, 1.1}},
      {&Options::erasing_scale_min, "erasing_scale_min", {0, -1, 1.1}},
      {&Options::erasing_scale_max, "erasing_scale_max", {0.01, 1.1}},
      {&Options::erasing_ratio_min, "erasing_ratio_min", {0, -1}},
      {&Options::erasing_ratio_max, "erasing_ratio_max", {0.2}},
  };
  for (const auto& c : cases) {
    Options options;
    for (const double value : c.bad) {
      options.*c.field = value;
      ExpectRefused(options, c.name);
    }
    for (const double value : {kNan, kInfinity, -kInfinity}) {
      options.*c.field = value;
      ExpectRefused(options, c.name);
    }
  }
}

TEST(AugmentationOptionsTest, EveryFieldIsDescribed) {
  AugmentationOptions options;
  const auto before = Describe(options);
  EXPECT_EQ(before.size(), 42u);
  options.rotation = 12.25;
  options.fill_mode = FillMode::kWrap;
  options.erased_as = ErasedAs::kNoise;
  options.fit = SquareFit::kPad;
  std::string changes;
  const auto after = Describe(options);
  for (size_t i = 0; i < after.size(); ++i) {
    if (after[i] != before[i]) changes += after[i].first + "=" + after[i].second + " ";
  }
  EXPECT_EQ(changes, "fit=pad rotation=12.25 fill_mode=wrap erased_as=noise ");
}

// So that runs from before there was TrivialAugment go on.
TEST(AugmentationOptionsTest, TrivialAugmentIsDescribedIfItIsOn) {
  AugmentationOptions options;
  const auto without = Describe(options);
  options.trivial_augment = 0.5;
  const auto with = Describe(options);
  ASSERT_EQ(with.size(), without.size() + 1);
  EXPECT_NE(std::find(with.begin(), with.end(), std::pair<std::string, std::string>("trivial_augment", "0.5")),
            with.end());
}

TEST(AugmentationOptionsTest, WholeNumbersOutOfRangeAreNamed) {
  const auto refuse = [](const char* field, auto change) {
    AugmentationOptions options;
    change(options);
    ExpectRefused(options, field);
  };
  refuse("image_size", [](auto& o) { o.image_size = 0; });
  refuse("image_size", [](auto& o) { o.image_size = 100000; });
  refuse("channels", [](auto& o) { o.channels = 2; });
  refuse("eval_resize", [](auto& o) { o.eval_resize = 223; });
  refuse("eval_resize", [](auto& o) { o.eval_resize = 8193; });
  refuse("rand_augment_ops", [](auto& o) { o.rand_augment_ops = -1; });
  refuse("rand_augment_ops", [](auto& o) { o.rand_augment_ops = 9; });
  refuse("rand_augment_magnitude", [](auto& o) { o.rand_augment_magnitude = -1; });
  refuse("rand_augment_magnitude", [](auto& o) { o.rand_augment_magnitude = 31; });
}

}  // namespace
}  // namespace dataset
