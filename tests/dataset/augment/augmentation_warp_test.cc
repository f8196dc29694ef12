#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

#include "dataset/augment/augmentation.h"
#include "dataset/augment/random_crop.h"
#include "dataset/augment/random_warp.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "tests/dataset/augment/augmentation_fixture.h"
#include "tests/dataset/augment/augmentation_golden.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

using testing::Apply;
using testing::Compare;
using testing::MakePicture;
using testing::PlanOf;
using testing::SameSize;
using testing::TrainOptions;

AugmentationOptions WarpOptions() {
  AugmentationOptions options = TrainOptions();
  options.rotation = 30;
  options.width_shift = 0.2;
  options.height_shift = 0.1;
  options.shear = 15;
  options.zoom_min = 0.8;
  options.zoom_max = 1.3;
  options.flip_up_down = 0.5;
  options.brightness = options.contrast = options.saturation = 0;
  options.fill_mode = FillMode::kReflect;
  return options;
}

// Crop, resize, flips, rotation, shift, shear and zoom are one map from the square to the picture.
TEST(Augmentation, WarpIsTheProductOfItsParts) {
  const AugmentationOptions options = WarpOptions();
  const double size = options.image_size;
  for (uint32_t id = 0; id < 50; ++id) {
    const AugmentationPlan plan = PlanOf(options, 500, 375, id);
    ASSERT_TRUE(plan.warped);
    Rng rng(7, Domain::kAugment, 3, id);
    ASSERT_EQ(DrawCrop({0.35, 1, 3.0 / 4, 4.0 / 3}, 500, 375, rng), plan.crop);
    const bool columns = rng.Word() >> 31 != 0, rows = rng.Word() >> 31 != 0;
    WarpDraw draw;
    draw.rotation = rng.Uniform(-30, 30);
    draw.height_shift = rng.Uniform(-0.1, 0.1) * size;
    draw.width_shift = rng.Uniform(-0.2, 0.2) * size;
    draw.shear = rng.Uniform(-15, 15);
    draw.zoom_y = rng.Uniform(0.8, 1.3);
    draw.zoom_x = rng.Uniform(0.8, 1.3);
    const Affine warp = WarpMap(draw, options.image_size);
    for (const auto& [x, y] : {std::pair(0.5, 0.5), std::pair(200.5, 13.0), std::pair(77.0, 224.0)}) {
      const Point flipped{columns ? size - x : x, rows ? size - y : y};
      const Point in_square = warp(flipped.x, flipped.y), as_planned = plan.warp(x, y);
      EXPECT_NEAR(as_planned.x, in_square.x, 1e-9);
      EXPECT_NEAR(as_planned.y, in_square.y, 1e-9);
      const Point read = plan.reads.map(x, y);  // in the scaled part
      EXPECT_NEAR(plan.reads.part.x + read.x * plan.reads.part.width / plan.reads.scaled.width,
                  plan.crop.x + in_square.x * plan.crop.width / size, 1e-9);
      EXPECT_NEAR(plan.reads.part.y + read.y * plan.reads.part.height / plan.reads.scaled.height,
                  plan.crop.y + in_square.y * plan.crop.height / size, 1e-9);
    }
  }
}

TEST(Augmentation, WarpOfAPictureOfItsSizeIsTheGolden) {
  AugmentationOptions options = SameSize(40);
  options.rotation = 90;  // any warp
  AugmentationPlan plan = PlanOf(options, 40, 40, 0);
  plan.warp = WarpMap({-160, 9.3, 30.7, 12, 1.2, 0.7}, 40);
  const struct {
    const char* golden;
    FillMode mode;
  } cases[] = {{"warp_constant", FillMode::kConstant},
               {"warp_nearest", FillMode::kNearest},
               {"warp_reflect", FillMode::kReflect},
               {"warp_wrap", FillMode::kWrap}};
  for (const auto& c : cases) {
    options.fill_mode = c.mode;
    options.fill = {200, 100, 50};
    plan.reads = PlanWarp(plan.warp, c.mode, 40, 40, {40, 40});
    EXPECT_LE(Compare(Apply(options, testing::Golden("picture"), plan), testing::Golden(c.golden)).max, 1) << c.golden;
  }
}

TEST(Augmentation, WarpKeepsItsRanges) {
  constexpr int kDraws = 2000;
  AugmentationOptions options = SameSize(100);
  options.rotation = 40;
  options.warp_probability = 0.25;
  int warps = 0;
  double sum = 0, squares = 0;
  for (uint32_t id = 0; id < kDraws; ++id) {
    const AugmentationPlan plan = PlanOf(options, 100, 100, id);
    if (!plan.warped) continue;
    ++warps;
    const double degrees = std::atan2(plan.warp.xy, plan.warp.xx) * 180 / 3.14159265358979;
    ASSERT_LE(std::abs(degrees), 40);
    sum += degrees;
    squares += degrees * degrees;
  }
  EXPECT_NEAR(warps, kDraws / 4, 4 * std::sqrt(kDraws * 3 / 16.0));
  EXPECT_NEAR(sum / warps, 0, 4 * 40 / std::sqrt(3.0 * warps));
  EXPECT_NEAR(std::sqrt(squares / warps), 40 / std::sqrt(3.0), 1.5);

  options = SameSize(100);
  options.width_shift = 0.3;
  options.height_shift = 0.05;
  options.zoom_min = 0.5;
  options.zoom_max = 0.9;
  for (uint32_t id = 0; id < kDraws; ++id) {
    const Affine warp = PlanOf(options, 100, 100, id).warp;
    const Point centre = warp(50, 50);
    ASSERT_LE(std::abs(centre.x - 50), 30);
    ASSERT_LE(std::abs(centre.y - 50), 5);
    ASSERT_TRUE(warp.xx >= 0.5 && warp.xx < 0.9 && warp.yy >= 0.5 && warp.yy < 0.9);
    ASSERT_NE(warp.xx, warp.yy);
    ASSERT_TRUE(warp.xy == 0 && warp.yx == 0);
  }
}

// A very weak warp equals the resize, up to the difference of their filters.
TEST(Augmentation, WeakWarpLooksLikeNone) {
  const Image picture = MakePicture(300, 400, 3, 3);
  AugmentationOptions options = TrainOptions();
  options.image_size = 100;
  options.eval_resize = 110;
  options.rotation = 1e-6;
  for (uint32_t id = 0; id < 20; ++id) {
    AugmentationPlan warped = PlanOf(options, 400, 300, id), plain = warped;
    plain.warped = false;
    plain.reads = {plain.crop, {100, 100}, {}};
    ASSERT_TRUE(warped.warped);
    EXPECT_LT(Compare(Apply(options, picture, warped), Apply(options, picture, plain)).mean, 1.5) << id;
  }
}

TEST(Augmentation, WarpedEncodedLooksLikeDecodedFirst) {
  const Image picture = MakePicture(375, 500, 3, 3);
  std::string jpeg, png;
  EncodeJpeg(picture, 97, &jpeg);
  EncodePng(picture, &png);
  AugmentationOptions options = WarpOptions();
  options.image_size = 64;
  const Augmentation augmentation(options);
  Image scratch, decoded, out(64, 64, 3);
  DecodeImage(jpeg, {}, &decoded);
  for (uint32_t id = 0; id < 20; ++id) {
    const AugmentationPlan plan = PlanOf(options, 500, 375, id);
    augmentation.ApplyEncoded(png, plan, &scratch, out.data());
    EXPECT_EQ(Compare(out, Apply(options, picture, plan)).max, 0);
    augmentation.ApplyEncoded(jpeg, plan, &scratch, out.data());
    EXPECT_LT(Compare(out, Apply(options, decoded, plan)).mean, 3) << id;
  }
}

}  // namespace
}  // namespace dataset
