#include "tools/flags/augment_flag.h"

#include <gtest/gtest.h>

#include <string>

#include "dataset/augment/augmentation_preset.h"
#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace cli {
namespace {

using dataset::testing::TempDir;
using dataset::testing::WriteFile;

class AugmentFlagTest : public ::testing::Test {
 protected:
  Augment FromFile(const std::string& toml) const {
    WriteFile(dir_ / "augment.toml", toml);
    return ParseAugment((dir_ / "augment.toml").string());
  }

  template <typename Step>
  static void ExpectUsage(const Step& step, const std::string& part) {
    try {
      step();
      ADD_FAILURE() << "accepted; expected: " << part;
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what() << "\nlacks: " << part;
    }
  }

  const TempDir dir_;
};

TEST_F(AugmentFlagTest, PresetsAreTheLibrarys) {
  for (const std::string& name : dataset::Names<dataset::AugmentationPreset>()) {
    const dataset::AugmentationOptions expected = OptionsOf(*dataset::ParseName<dataset::AugmentationPreset>(name)),
                                       got = ParseAugment(name).options;
    EXPECT_EQ(got.random_resized_crop, expected.random_resized_crop);
    EXPECT_EQ(got.crop_scale_min, expected.crop_scale_min);
    EXPECT_EQ(got.flip_left_right, expected.flip_left_right);
    EXPECT_EQ(got.rand_augment_ops, expected.rand_augment_ops);
    EXPECT_EQ(got.trivial_augment, expected.trivial_augment);
    EXPECT_FALSE(ParseAugment(name).mix.mixes());
  }
}

TEST_F(AugmentFlagTest, NamesTurnOnWhatTheySay) {
  const Augment augment = ParseAugment("random-resized-crop,flip,jitter");
  EXPECT_TRUE(augment.options.random_resized_crop);
  EXPECT_EQ(augment.options.flip_left_right, 0.5);
  EXPECT_EQ(augment.options.brightness, 0.2);
  EXPECT_EQ(augment.options.contrast, 0.2);
  EXPECT_EQ(augment.options.saturation, 0.2);
  EXPECT_EQ(augment.options.hue, 0);
  EXPECT_FALSE(augment.options.warps());
  EXPECT_EQ(augment.options.erasing, 0);
}

TEST_F(AugmentFlagTest, EachNameChangesSomething) {
  for (const char* name : {"rotation", "width-shift", "height-shift", "shear", "zoom"}) {
    EXPECT_TRUE(ParseAugment(name).options.warps()) << name;
  }
  EXPECT_GT(ParseAugment("flip-up-down").options.flip_up_down, 0);
  EXPECT_GT(ParseAugment("rand-augment").options.rand_augment_ops, 0);
  EXPECT_EQ(ParseAugment("trivial-augment").options.trivial_augment, 1);
  EXPECT_GT(ParseAugment("channel-shift").options.channel_shift, 0);
  EXPECT_GT(ParseAugment("lighting").options.lighting, 0);
  EXPECT_GT(ParseAugment("grey").options.grey, 0);
  EXPECT_GT(ParseAugment("blur").options.blur, 0);
  EXPECT_GT(ParseAugment("erasing").options.erasing, 0);
  EXPECT_EQ(ParseAugment("mixup").mix.mixup, 1);
  EXPECT_EQ(ParseAugment("cutmix").mix.cutmix, 1);
  for (const char* both : {"mixup,cutmix", "cutmix,mixup"}) {
    EXPECT_EQ(ParseAugment(both).mix.mixup, 0.5);
    EXPECT_EQ(ParseAugment(both).mix.cutmix, 0.5);
  }
}

TEST_F(AugmentFlagTest, AFileSaysEverything) {
  const Augment augment = FromFile(R"(
preset = "light"
fill = [1, 2, 3]
fill-mode = "wrap"
warp-probability = 0.9
[random-resized-crop]
scale = [0.5, 0.75]
ratio = [1, 2]
[flip]
probability = 1
[flip-up-down]
probability = 0.25
[rotation]
degrees = 7
[width-shift]
part = 0.01
[height-shift]
part = 0.02
[shear]
degrees = 3.5
[zoom]
range = [0.5, 2]
[jitter]
brightness = 0.1
contrast = 0
saturation = 0.3
hue = 0.05
probability = 0.8
[rand-augment]
ops = 3
magnitude = 11
probability = 0.7
[channel-shift]
levels = 5
probability = 0.6
[lighting]
deviation = 0.2
probability = 0.55
[grey]
probability = 0.15
[blur]
probability = 0.45
sigma = [1, 3]
[erasing]
probability = 0.35
scale = [0.1, 0.2]
ratio = [0.5, 3]
as = "noise"
[mixup]
probability = 0.3
alpha = 0.4
[cutmix]
probability = 0.6
alpha = 2
)");
  const dataset::AugmentationOptions& o = augment.options;
  EXPECT_EQ(o.fill, (std::array<uint8_t, 3>{1, 2, 3}));
  EXPECT_EQ(o.fill_mode, dataset::FillMode::kWrap);
  EXPECT_EQ(o.erased_as, dataset::ErasedAs::kNoise);
  const struct {
    double got, expected;
  } numbers[] = {{o.warp_probability, 0.9},
                 {o.crop_scale_min, 0.5},
                 {o.crop_scale_max, 0.75},
                 {o.crop_ratio_min, 1},
                 {o.crop_ratio_max, 2},
                 {o.flip_left_right, 1},
                 {o.flip_up_down, 0.25},
                 {o.rotation, 7},
                 {o.width_shift, 0.01},
                 {o.height_shift, 0.02},
                 {o.shear, 3.5},
                 {o.zoom_min, 0.5},
                 {o.zoom_max, 2},
                 {o.brightness, 0.1},
                 {o.contrast, 0},
                 {o.saturation, 0.3},
                 {o.hue, 0.05},
                 {o.jitter_probability, 0.8},
                 {o.rand_augment_ops * 1.0, 3},
                 {o.rand_augment_magnitude * 1.0, 11},
                 {o.rand_augment_probability, 0.7},
                 {o.channel_shift, 5},
                 {o.channel_shift_probability, 0.6},
                 {o.lighting, 0.2},
                 {o.lighting_probability, 0.55},
                 {o.grey, 0.15},
                 {o.blur, 0.45},
                 {o.blur_sigma_min, 1},
                 {o.blur_sigma_max, 3},
                 {o.erasing, 0.35},
                 {o.erasing_scale_min, 0.1},
                 {o.erasing_scale_max, 0.2},
                 {o.erasing_ratio_min, 0.5},
                 {o.erasing_ratio_max, 3},
                 {augment.mix.mixup, 0.3},
                 {augment.mix.mixup_alpha, 0.4},
                 {augment.mix.cutmix, 0.6},
                 {augment.mix.cutmix_alpha, 2}};
  for (const auto& number : numbers) EXPECT_EQ(number.got, number.expected) << &number - numbers;
}

TEST_F(AugmentFlagTest, AnEmptyFileIsNone) {
  const Augment augment = FromFile("# nothing\n");
  EXPECT_FALSE(augment.options.random_resized_crop || augment.options.warps() || augment.options.jitters());
}

TEST_F(AugmentFlagTest, MistakesNameTheNearest) {
  ExpectUsage([] { ParseAugment("flop"); }, "no augmentation is named 'flop'; did you mean 'flip'?");
  ExpectUsage([] { ParseAugment("strng"); }, "did you mean 'strong'?");
  ExpectUsage([] { ParseAugment("flip,,jitter"); }, "no augmentation is named ''");
  ExpectUsage([] { ParseAugment("flip,standard"); }, "the preset 'standard' must come first");
  ExpectUsage([] { ParseAugment("light,standard"); }, "the preset 'standard' must come first");
}

TEST_F(AugmentFlagTest, MistakesInAFileAreFound) {
  const struct {
    const char* toml;
    const char* message;
  } cases[] = {
      {"preset = \"strng\"",
       "augment.toml: line 1: no preset of augmentations is named 'strng'; did you mean 'strong'?"},
      {"[rotation]\ndegrees = 9007199254740993", "line 2: degrees is not a number"},
      {"[zoom]\nrange = [2, 1]", "augment.toml: `zoom_max`"},
      {"preset = 3", "line 1: no preset"},
      {"\n[rotaton]\n", "line 2: no augmentation is named 'rotaton'; did you mean 'rotation'?"},
      {"[rotation]\ndegree = 3", "line 2: no option is named 'degree'; did you mean 'degrees'?"},
      {"[rotation]\ndegrees = \"3\"", "line 2: degrees is not a number"},
      {"[rotation]\ndegrees = [3]", "line 2: degrees is not a number"},
      {"[rotation]\ndegrees = 200", "`rotation` must be 0 to 180"},
      {"[rotation]\ndegrees = nan", "`rotation` must be 0 to 180"},
      {"[rotation]\ndegrees = inf", "`rotation` must be 0 to 180"},
      {"rotation = 3", "line 1: no option is named 'rotation'"},
      {"[zoom]\nrange = 0.5", "line 2: range is not an array of 2 numbers"},
      {"[zoom]\nrange = [0.5]", "line 2: range is not an array of 2 numbers"},
      {"[zoom]\nrange = [0.5, true]", "line 2: range is not a number"},
      {"[zoom]\nrange = [2, 1]", "`zoom_max` must be"},
      {"fill = [1, 2]", "line 1: fill is not an array of 3 numbers"},
      {"fill = [1, 2, 300]", "line 1: fill has a number that is not 0 to 255"},
      {"fill = [1, 2, -1]", "line 1: fill has a number that is not 0 to 255"},
      {"fill = [1, 2, 3.5]", "line 1: fill is not a whole number"},
      {"fill-mode = \"mirror\"", "line 1: fill-mode is none of constant, nearest, reflect, wrap"},
      {"fill-mode = 1", "line 1: fill-mode is none of"},
      {"[erasing]\nas = \"nois\"", "line 2: as is none of fill, noise; did you mean 'noise'?"},
      {"[rand-augment]\nops = 2.5", "line 2: ops is not a whole number"},
      {"[rand-augment]\nops = 9", "`rand_augment_ops` must be 0 to 8"},
      {"[rand-augment]\nops = 99999999999", "line 2: ops is not a whole number"},
      {"[mixup]\nprobability = 0.7\n[cutmix]\nprobability = 0.7", "`cutmix` must be at most 1 - `mixup`"},
      {"[flip]\n[flip]", "line 2"},
      {"[flip", "line 1"},
  };
  for (const auto& c : cases) ExpectUsage([&] { FromFile(c.toml); }, c.message);
  EXPECT_THROW(ParseAugment((dir_ / "nothing.toml").string()), dataset::Error);
}

}  // namespace
}  // namespace cli
