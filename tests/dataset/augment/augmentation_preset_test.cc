#include "dataset/augment/augmentation_preset.h"

#include <gtest/gtest.h>

#include "dataset/augment/augmentation.h"
#include "dataset/base/error.h"

namespace dataset {
namespace {

TEST(AugmentationPresetTest, AllAreInRange) {
  for (const std::string& name : AugmentationPresetNames()) EXPECT_NO_THROW(Validate(AugmentationPreset(name))) << name;
}

TEST(AugmentationPresetTest, NoneDrawsNothing) {
  Rng rng(1, Domain::kAugment, 0, 0), untouched = rng;
  const AugmentationPlan plan = Augmentation(AugmentationPreset("none")).Plan(500, 375, rng);
  EXPECT_EQ(rng.Word(), untouched.Word());
  EXPECT_EQ(plan.ops.size(), 0u);
  EXPECT_FALSE(plan.warped || plan.flip_left_right || plan.flip_up_down);
}

TEST(AugmentationPresetTest, LightAndStandardAreOneResize) {
  for (const char* name : {"light", "standard"}) {
    for (uint32_t id = 0; id < 100; ++id) {
      Rng rng(1, Domain::kAugment, 0, id);
      EXPECT_FALSE(Augmentation(AugmentationPreset(name)).Plan(500, 375, rng).warped) << name;
    }
  }
}

TEST(AugmentationPresetTest, StrongHoldsTheStandard) {
  const AugmentationOptions standard = AugmentationPreset("standard"), strong = AugmentationPreset("strong");
  EXPECT_EQ(strong.crop_scale_min, standard.crop_scale_min);
  EXPECT_EQ(strong.brightness, standard.brightness);
  EXPECT_GT(strong.rotation, 0);
  EXPECT_GT(strong.rand_augment_ops, 0);
  EXPECT_GT(strong.erasing, 0);
}

TEST(AugmentationPresetTest, AnotherNameIsRefused) {
  for (const char* name : {"", "Strong", "extreme"}) {
    try {
      AugmentationPreset(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
    }
  }
}

}  // namespace
}  // namespace dataset
