// For any options and picture: nothing crashes, every pixel is filled, and the same draw gives the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dataset/augment/augmentation.h"
#include "dataset/codec/encoder.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::MakePicture;

// Draws a probability that is often 0 or 1.
double Probability(Rng& rng) { return std::clamp(rng.Uniform(-0.5, 1.5), 0.0, 1.0); }

// Draws a strength that is 0 half of the time.
double Strength(double greatest, Rng& rng) { return rng.Chance(0.5) ? rng.Uniform(0, greatest) : 0; }

// Draws a side: some pictures are strips, some are larger than the square.
int Side(Rng& rng) { return rng.Chance(0.2) ? 1 : 1 + static_cast<int>(rng.Below(rng.Chance(0.3) ? 400 : 40)); }

AugmentationOptions RandomOptions(Rng& rng) {
  AugmentationOptions o;
  o.image_size = 1 + static_cast<int>(rng.Below(rng.Chance(0.2) ? 3 : 48));
  o.eval_resize = o.image_size + static_cast<int>(rng.Below(20));
  o.channels = rng.Chance(0.3) ? 1 : 3;
  o.fit = static_cast<SquareFit>(rng.Below(3));
  for (uint8_t& value : o.fill) value = static_cast<uint8_t>(rng.Below(256));
  o.random_resized_crop = rng.Chance(0.5);
  o.crop_scale_min = rng.Uniform(0.01, 1);
  o.warp_probability = Probability(rng);
  o.rotation = Strength(180, rng);
  o.width_shift = Strength(1, rng);
  o.height_shift = Strength(1, rng);
  o.shear = Strength(60, rng);
  if (rng.Chance(0.5)) {
    o.zoom_min = rng.Uniform(0.1, 2);
    o.zoom_max = rng.Uniform(o.zoom_min, 10);
  }
  o.fill_mode = static_cast<FillMode>(rng.Below(4));
  o.flip_left_right = Probability(rng);
  o.flip_up_down = Probability(rng);
  o.jitter_probability = Probability(rng);
  o.brightness = Strength(1, rng);
  o.contrast = Strength(1, rng);
  o.saturation = Strength(1, rng);
  o.hue = Strength(0.5, rng);
  o.rand_augment_probability = Probability(rng);
  o.rand_augment_ops = static_cast<int>(rng.Below(9));
  o.rand_augment_magnitude = static_cast<int>(rng.Below(31));
  o.trivial_augment = Probability(rng);
  o.channel_shift = Strength(255, rng);
  o.lighting = Strength(10, rng);
  o.grey = Probability(rng);
  o.blur = Probability(rng);
  o.blur_sigma_max = rng.Uniform(0.1, 30);
  o.erasing = Probability(rng);
  o.erasing_scale_max = rng.Uniform(0.02, 1);
  o.erased_as = rng.Chance(0.5) ? ErasedAs::kFill : ErasedAs::kNoise;
  return o;
}

struct Case {
  AugmentationOptions options;
  Image picture;
  AugmentationPlan plan;
};

Case RandomCase(uint32_t number) {
  Rng rng(1, Domain::kAugment, 0, number);
  Case made;
  made.options = RandomOptions(rng);
  const int height = Side(rng), width = Side(rng);
  made.picture = MakePicture(height, width, rng.Chance(0.3) ? 1 : 3, number);
  made.plan = Augmentation(made.options).Plan(width, height, rng);
  return made;
}

TEST(AugmentationPropertyTest, EveryPixelIsFilledAndRepeats) {
  for (uint32_t number = 0; number < 3000; ++number) {
    const Case made = RandomCase(number);
    const Augmentation augmentation(made.options);
    const size_t values =
        static_cast<size_t>(made.options.image_size * made.options.image_size * made.options.channels);
    // The output must not depend on the previous content of the buffer, and nothing behind it may be written.
    std::vector<uint8_t> first(values + 64, 0), second(values + 64, 255);
    augmentation.ApplyPixels(made.picture, made.plan, first.data());
    augmentation.ApplyPixels(made.picture, made.plan, second.data());
    ASSERT_TRUE(std::equal(first.begin(), first.begin() + static_cast<ptrdiff_t>(values), second.begin())) << number;
    for (size_t i = values; i < values + 64; ++i) ASSERT_TRUE(first[i] == 0 && second[i] == 255) << number;
  }
}

TEST(AugmentationPropertyTest, WhatIsReadLiesInThePicture) {
  for (uint32_t number = 0; number < 3000; ++number) {
    const Case made = RandomCase(number);
    const Rect& part = made.plan.reads.part;
    ASSERT_TRUE(part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0) << number;
    ASSERT_TRUE(part.x + part.width <= made.picture.width() && part.y + part.height <= made.picture.height()) << number;
    if (!made.plan.warped) continue;
    ASSERT_LE(made.plan.reads.scaled.width, part.width) << number;
    ASSERT_LE(made.plan.reads.scaled.height, part.height) << number;
  }
}

TEST(AugmentationPropertyTest, EncodedGivesTheSameAsPixels) {
  Image scratch;
  for (uint32_t number = 0; number < 500; ++number) {
    const Case made = RandomCase(number);
    // With other channels the decoder converts before the resize instead of after it, so results differ.
    if (made.picture.channels() != made.options.channels) continue;
    const Augmentation augmentation(made.options);
    const size_t values =
        static_cast<size_t>(made.options.image_size * made.options.image_size * made.options.channels);
    std::vector<uint8_t> from_pixels(values), from_png(values), from_jpeg(values);
    augmentation.ApplyPixels(made.picture, made.plan, from_pixels.data());
    std::string encoded;
    EncodePng(made.picture, &encoded);
    augmentation.ApplyEncoded(encoded, made.plan, &scratch, from_png.data());
    ASSERT_EQ(from_png, from_pixels) << number;
    EncodeJpeg(made.picture, 90, &encoded);
    augmentation.ApplyEncoded(encoded, made.plan, &scratch, from_jpeg.data());
  }
}

}  // namespace
}  // namespace dataset
