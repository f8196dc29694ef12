#include "dataset/augment/augmentation_preset.h"

#include <gtest/gtest.h>

#include "dataset/augment/augmentation.h"

namespace dataset {
namespace {

TEST(AugmentationPresetTest, AllAreInRange) {
  for (const auto& [preset, name] : EnumNames(AugmentationPreset()))
    EXPECT_NO_THROW(Validate(OptionsOf(preset))) << name;
}

TEST(AugmentationPresetTest, NoneDrawsNothing) {
  Rng rng(1, Domain::kAugment, 0, 0), untouched = rng;
  const AugmentationPlan plan = Augmentation(OptionsOf(AugmentationPreset::kNone)).Plan(500, 375, rng);
  EXPECT_EQ(rng.Word(), untouched.Word());
  EXPECT_EQ(plan.ops.size(), 0u);
  EXPECT_FALSE(plan.warped || plan.flip_left_right || plan.flip_up_down);
}

TEST(AugmentationPresetTest, LightAndStandardAreOneResize) {
  for (const AugmentationPreset preset : {AugmentationPreset::kLight, AugmentationPreset::kStandard}) {
    for (uint32_t id = 0; id < 100; ++id) {
      Rng rng(1, Domain::kAugment, 0, id);
      EXPECT_FALSE(Augmentation(OptionsOf(preset)).Plan(500, 375, rng).warped) << NameOf(preset);
    }
  }
}

TEST(AugmentationPresetTest, StrongHoldsTheStandard) {
  const AugmentationOptions standard = OptionsOf(AugmentationPreset::kStandard),
                            strong = OptionsOf(AugmentationPreset::kStrong);
  EXPECT_EQ(strong.crop_scale_min, standard.crop_scale_min);
  EXPECT_EQ(strong.brightness, standard.brightness);
  EXPECT_GT(strong.rotation, 0);
  EXPECT_GT(strong.rand_augment_ops, 0);
  EXPECT_GT(strong.erasing, 0);
}

TEST(AugmentationPresetTest, CropMovesASquareAndDoesNothingElse) {
  const AugmentationOptions crop = OptionsOf(AugmentationPreset::kCrop);
  EXPECT_FALSE(crop.jitters() || crop.warps() || crop.flip_left_right > 0 || crop.erasing > 0);
  EXPECT_EQ(crop.crop_scale_min, 0.875 * 0.875);
  EXPECT_EQ(crop.crop_scale_max, crop.crop_scale_min);
  EXPECT_EQ(crop.crop_ratio_max, 1);
}

TEST(AugmentationPresetTest, TrivialIsStandardsCropAndOneOp) {
  const AugmentationOptions trivial = OptionsOf(AugmentationPreset::kTrivial);
  EXPECT_TRUE(trivial.random_resized_crop);
  EXPECT_EQ(trivial.crop_scale_min, OptionsOf(AugmentationPreset::kStandard).crop_scale_min);
  EXPECT_EQ(trivial.flip_left_right, 0.5);
  EXPECT_FALSE(trivial.jitters() || trivial.warps() || trivial.rand_augment_ops > 0 || trivial.erasing > 0);
  for (uint32_t id = 0; id < 100; ++id) {
    Rng rng(1, Domain::kAugment, 0, id);
    const AugmentationPlan plan = Augmentation(trivial).Plan(500, 375, rng);
    EXPECT_LE(plan.ops.size() + (plan.warped ? 1 : 0), 1u);
  }
}

}  // namespace
}  // namespace dataset
