#include "dataset/augmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/color.h"
#include "dataset/decoder.h"
#include "dataset/encoder.h"
#include "dataset/error.h"
#include "dataset/random_warp.h"
#include "dataset/resize.h"
#include "tests/dataset/augmentation_golden.h"
#include "tests/dataset/image_compare.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::Cut;
using testing::MakePicture;

AugmentationOptions TrainOptions() {
  AugmentationOptions options;
  options.random_resized_crop = true;
  options.flip_left_right = 0.5;
  options.brightness = options.contrast = options.saturation = 0.2;
  return options;
}

// Of an option's own pixels alone: the whole of a square picture, nothing resized.
AugmentationOptions SameSize(int size, int channels = 3) {
  AugmentationOptions options;
  options.image_size = options.eval_resize = size;
  options.channels = channels;
  return options;
}

AugmentationPlan PlanOf(const AugmentationOptions& options, int width, int height, uint32_t id) {
  Rng rng(7, Domain::kAugment, 3, id);
  return Augmentation(options).Plan(width, height, rng);
}

Image Apply(const AugmentationOptions& options, const Image& picture, const AugmentationPlan& plan) {
  Image out(options.image_size, options.image_size, options.channels);
  Augmentation(options).ApplyPixels(picture, plan, out.data());
  return out;
}

// Made by an independent program in Python from proto/FORMAT.md, section 7, and torchvision's get_params.
TEST(Augmentation, DrawsAreThoseOfTheFormat) {
  const struct {
    int width, height;
    uint32_t id;
    Rect crop;
    bool flip;
    double factor[3];
    size_t order[3];
  } cases[] = {
      {500, 375, 0, {78, 38, 375, 313}, false, {1.0859645879733357, 0.8413221668754283, 0.9862093743178013}, {0, 1, 2}},
      {500, 375, 1, {150, 26, 285, 343}, true, {0.9980906337023021, 0.9395856308934256, 0.9856756453799009}, {2, 0, 1}},
      {500, 375, 2, {18, 39, 330, 322}, false, {1.1704245954013972, 1.1880415370885087, 0.8157701612765069}, {0, 2, 1}},
      {500, 375, 3, {258, 72, 227, 291}, true, {0.8938382445325425, 0.8210492658717443, 0.8344789423813148}, {2, 0, 1}},
      {500, 375, 5, {76, 5, 418, 326}, false, {1.0835460277400206, 1.1035547127871603, 0.8791061526361363}, {1, 0, 2}},
      {375, 500, 1, {18, 19, 341, 380}, false, {0.8526948535455424, 0.9311476294950644, 0.8033737435843104}, {0, 2, 1}},
  };
  constexpr PixelOpKind kKinds[] = {PixelOpKind::kBrightness, PixelOpKind::kContrast, PixelOpKind::kSaturation};
  for (const auto& c : cases) {
    const AugmentationPlan plan = PlanOf(TrainOptions(), c.width, c.height, c.id);
    EXPECT_EQ(plan.crop, c.crop) << c.id;
    EXPECT_EQ(plan.flip_left_right, c.flip) << c.id;
    ASSERT_EQ(plan.ops.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(plan.ops[i].kind, kKinds[c.order[i]]) << c.id;
      EXPECT_NEAR(plan.ops[i].value[0], c.factor[c.order[i]], 1e-12) << c.id;
    }
  }
}

// Against goldens/make_augmentation.py, a second implementation.
TEST(Augmentation, DrawsOfEveryAugmentationAreThoseOfTheFormat) {
  AugmentationOptions options;
  options.random_resized_crop = true;
  options.flip_left_right = 0.5;
  options.flip_up_down = 0.3;
  options.jitter_probability = 0.8;
  options.brightness = options.contrast = options.saturation = 0.4;
  options.hue = 0.1;
  options.warp_probability = 0.9;
  options.rotation = 30;
  options.height_shift = 0.1;
  options.width_shift = 0.2;
  options.shear = 10;
  options.zoom_min = 0.8;
  options.zoom_max = 1.2;
  options.rand_augment_probability = 0.7;
  options.rand_augment_ops = 3;
  options.channel_shift_probability = 0.5;
  options.channel_shift = 20;
  options.lighting = 0.1;
  options.grey = 0.2;
  options.blur = 0.5;
  options.erasing = 0.5;
  options.erased_as = ErasedAs::kNoise;
  std::istringstream lines(ReadFile(testing::SourceDir() / "tests/dataset/goldens/augmentation/draws.txt"));
  uint32_t id = 0;
  for (std::string line; std::getline(lines, line); ++id) {
    std::istringstream fields(line);
    const auto next = [&fields] {
      double value = 0;
      fields >> value;
      return value;
    };
    ASSERT_EQ(next(), id);
    const AugmentationPlan plan = PlanOf(options, 500, 375, id);
    for (const int side : {plan.crop.x, plan.crop.y, plan.crop.width, plan.crop.height}) EXPECT_EQ(side, next()) << id;
    EXPECT_EQ(plan.flip_left_right, next() != 0) << id;
    EXPECT_EQ(plan.flip_up_down, next() != 0) << id;
    EXPECT_EQ(plan.warped, next() != 0) << id;
    const Affine flips{plan.flip_left_right ? -1.0 : 1,  0,
                       plan.flip_left_right ? 224.0 : 0, 0,
                       plan.flip_up_down ? -1.0 : 1,     plan.flip_up_down ? 224.0 : 0};
    const Affine warp = plan.warped ? plan.warp : flips;
    for (const double entry : {warp.xx, warp.xy, warp.dx, warp.yx, warp.yy, warp.dy}) {
      EXPECT_NEAR(entry, next(), 1e-5) << id;  // torchvision's magnitudes are floats
    }
    for (const int side : {plan.erased.x, plan.erased.y, plan.erased.width, plan.erased.height}) {
      EXPECT_EQ(side, next()) << id;
    }
    for (const uint32_t word : plan.noise) EXPECT_EQ(word, next()) << id;
    ASSERT_EQ(static_cast<double>(plan.ops.size()), next()) << id;
    for (const PixelOp& op : plan.ops) {
      EXPECT_EQ(static_cast<int>(op.kind), next()) << id;
      for (const double value : op.value) EXPECT_NEAR(value, next(), 1e-5) << id;
    }
    EXPECT_TRUE(fields) << id;
  }
  EXPECT_EQ(id, 20u);
}

TEST(Augmentation, OneThatIsOffDrawsNothing) {
  AugmentationOptions only_flip;
  only_flip.flip_left_right = 0.5;
  Rng rng(7, Domain::kAugment, 3, 0), same(7, Domain::kAugment, 3, 0);
  const AugmentationPlan plan = Augmentation(only_flip).Plan(500, 375, rng);
  EXPECT_EQ(plan.flip_left_right, same.Word() >> 31 != 0);
  EXPECT_EQ(rng.Word(), same.Word());
  EXPECT_EQ(plan.ops.size(), 0u);
  EXPECT_FALSE(plan.warped);
}

TEST(Augmentation, CropsKeepTheirRanges) {
  const AugmentationOptions options = TrainOptions();
  int flips = 0;
  double area = 0;
  constexpr int kDraws = 4000;
  for (int i = 0; i < kDraws; ++i) {
    const AugmentationPlan plan = PlanOf(options, 640, 480, static_cast<uint32_t>(i));
    ASSERT_GE(plan.crop.x, 0);
    ASSERT_GE(plan.crop.y, 0);
    ASSERT_LE(plan.crop.x + plan.crop.width, 640);
    ASSERT_LE(plan.crop.y + plan.crop.height, 480);
    const double share = plan.crop.width * plan.crop.height / (640.0 * 480.0);
    ASSERT_GE(share, 0.34);
    const double ratio = static_cast<double>(plan.crop.width) / plan.crop.height;
    ASSERT_GE(ratio, 0.745);
    ASSERT_LE(ratio, 1.34);
    area += share;
    flips += plan.flip_left_right;
    for (const PixelOp& op : plan.ops) {
      ASSERT_GE(op.value[0], 0.8);
      ASSERT_LT(op.value[0], 1.2);
    }
  }
  EXPECT_NEAR(flips, kDraws / 2, 4 * std::sqrt(kDraws / 4.0));
  EXPECT_GT(area / kDraws, 0.5);
}

TEST(Augmentation, CentreCropLooksLikeResizeThenCrop) {
  AugmentationOptions options;
  options.image_size = 128;
  options.eval_resize = 141;
  for (const auto& [width, height] : {std::pair(500, 375), std::pair(300, 420), std::pair(141, 200)}) {
    const Image picture = MakePicture(height, width, 3, 3);
    const Image got = Apply(options, picture, PlanOf(options, width, height, 0));
    const Size size = ShortSideSize(width, height, 141);
    Image resized;
    ResizeImage(picture, {0, 0, width, height}, size.width, size.height, Interpolation::kAuto, &resized);
    const Rect centre{(size.width - 128) / 2, (size.height - 128) / 2, 128, 128};
    EXPECT_LT(Compare(got, Cut(resized, centre)).mean, 2) << width << "x" << height;
  }
}

TEST(Augmentation, EncodedLooksLikeDecodedFirst) {
  const Image picture = MakePicture(375, 500, 3, 3);
  std::string jpeg, png;
  EncodeJpeg(picture, 97, &jpeg);
  EncodePng(picture, &png);
  AugmentationOptions options = TrainOptions();
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

TEST(Augmentation, RecordOfAnotherSizeIsRefused) {
  std::string jpeg;
  EncodeJpeg(MakePicture(100, 100, 3, 3), 90, &jpeg);
  const AugmentationOptions options = TrainOptions();
  Image scratch, out(224, 224, 3);
  EXPECT_THROW(Augmentation(options).ApplyEncoded(jpeg, PlanOf(options, 500, 375, 1), &scratch, out.data()), Error);
}

TEST(Augmentation, FlipsMirrorColumnsAndRows) {
  for (const int channels : {1, 3}) {
    const Image picture = MakePicture(9, 9, channels, 3);
    for (const bool columns : {false, true}) {
      for (const bool rows : {false, true}) {
        AugmentationOptions options = SameSize(9, channels);
        options.flip_left_right = columns;
        options.flip_up_down = rows;
        const Image flipped = Apply(options, picture, PlanOf(options, 9, 9, 0));
        for (int y = 0; y < 9; ++y) {
          for (int x = 0; x < 9; ++x) {
            const uint8_t* from = picture.row(rows ? 8 - y : y) + (columns ? 8 - x : x) * channels;
            for (int c = 0; c < channels; ++c) ASSERT_EQ(flipped.row(y)[x * channels + c], from[c]);
          }
        }
      }
    }
  }
}

// Against Pillow 12's ImageEnhance (Brightness, Contrast, Color), which truncates after each step where we round.
TEST(Augmentation, JitterIsPillows) {
  Image picture(2, 2, 3);
  const uint8_t pixels[] = {200, 100, 50, 10, 20, 30, 90, 160, 220, 255, 128, 0};
  std::copy(std::begin(pixels), std::end(pixels), picture.data());
  const struct {
    int order[3];
    std::vector<int> expected;
  } cases[] = {
      {{0, 1, 2}, {232, 126, 72, 47, 59, 70, 112, 189, 228, 230, 156, 15}},
      {{2, 0, 1}, {218, 126, 71, 46, 58, 68, 110, 186, 218, 218, 151, 39}},
      {{1, 2, 0}, {237, 128, 74, 49, 61, 71, 114, 191, 255, 255, 153, 14}},
  };
  const PixelOp steps[] = {
      {PixelOpKind::kBrightness, {1.3}}, {PixelOpKind::kContrast, {0.7}}, {PixelOpKind::kSaturation, {1.2}}};
  for (const auto& c : cases) {
    AugmentationPlan plan = PlanOf(SameSize(2), 2, 2, 0);
    for (const int step : c.order) plan.ops.Add(steps[step]);
    const Image out = Apply(SameSize(2), picture, plan);
    for (size_t i = 0; i < 12; ++i) EXPECT_NEAR(out.data()[i], c.expected[i], 3) << i;
  }
}

TEST(Augmentation, PixelsOfOtherChannelsAreConverted) {
  const Image grey = MakePicture(8, 8, 1, 3), colour = MakePicture(8, 8, 3, 3);
  const Image repeated = Apply(SameSize(8), grey, PlanOf(SameSize(8), 8, 8, 0));
  const Image luma = Apply(SameSize(8, 1), colour, PlanOf(SameSize(8, 1), 8, 8, 0));
  for (int i = 0; i < 64; ++i) {
    for (int c = 0; c < 3; ++c) ASSERT_EQ(repeated.data()[3 * i + c], grey.data()[i]);
    const uint8_t* rgb = colour.data() + 3 * i;
    ASSERT_NEAR(luma.data()[i], 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2], 0.51);
  }
}

TEST(Augmentation, PaddingHasTheFillColour) {
  AugmentationOptions options;
  options.framing = Framing::kPad;
  options.image_size = 40;
  options.fill = {200, 100, 50};
  for (const int from_channels : {1, 3}) {
    for (const int channels : {1, 3}) {
      options.channels = channels;
      const Image picture = MakePicture(20, 40, from_channels, 3);
      const Image out = Apply(options, picture, PlanOf(options, 40, 20, 0));
      for (const int y : {0, 9, 30, 39}) {
        for (int x = 0; x < 40; ++x) {
          for (int c = 0; c < channels; ++c) {
            ASSERT_EQ(out.row(y)[x * channels + c], channels == 1 ? 124 : options.fill[static_cast<size_t>(c)]);
          }
        }
      }
      Image converted(20, 40, channels);
      ConvertChannels(picture.data(), from_channels, 800, channels, converted.data());
      EXPECT_EQ(Compare(Cut(out, {0, 10, 40, 20}), converted).max, 0);
    }
  }
}

TEST(Augmentation, FramingShowsAllOrTheMiddle) {
  const Image picture = MakePicture(100, 200, 3, 3);
  AugmentationOptions options = SameSize(50);
  Image expected;
  ResizeImage(picture, {50, 0, 100, 100}, 50, 50, Interpolation::kQuick, &expected);
  EXPECT_EQ(Compare(Apply(options, picture, PlanOf(options, 200, 100, 0)), expected).max, 0);
  options.framing = Framing::kStretch;
  ResizeImage(picture, {0, 0, 200, 100}, 50, 50, Interpolation::kQuick, &expected);
  EXPECT_EQ(Compare(Apply(options, picture, PlanOf(options, 200, 100, 0)), expected).max, 0);
}

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

// A warp that turns nothing is the resize, but for their filters.
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

TEST(Augmentation, ColourDrawsKeepTheirRangesAndChances) {
  constexpr int kDraws = 4000;
  AugmentationOptions options = SameSize(20);
  options.jitter_probability = 0.8;
  options.hue = 0.1;
  options.channel_shift = 25;
  options.lighting_probability = 0.5;
  options.lighting = 0.1;
  options.grey = 0.2;
  options.blur = 0.4;
  options.erasing = 0.3;
  const struct {
    PixelOpKind kind;
    double probability, low, high;
  } expected[] = {{PixelOpKind::kHue, 0.8, -0.1, 0.1},
                  {PixelOpKind::kShift, 1, -25, 25},
                  {PixelOpKind::kLighting, 0.5, -100, 100},
                  {PixelOpKind::kGrey, 0.2, 0, 0},
                  {PixelOpKind::kBlur, 0.4, 0.1, 2}};
  std::map<PixelOpKind, std::vector<double>> values;
  int erased = 0;
  for (uint32_t id = 0; id < kDraws; ++id) {
    const AugmentationPlan plan = PlanOf(options, 20, 20, id);
    for (const PixelOp& op : plan.ops) values[op.kind].push_back(op.value[0]);
    erased += plan.erased != Rect{};
  }
  const auto expect_count = [&](double count, double p) {
    EXPECT_NEAR(count, kDraws * p, 4 * std::sqrt(kDraws * p * (1 - p)));
  };
  for (const auto& e : expected) {
    const std::vector<double>& drawn = values[e.kind];
    expect_count(static_cast<double>(drawn.size()), e.probability);
    const auto [low, high] = std::minmax_element(drawn.begin(), drawn.end());
    EXPECT_TRUE(*low >= e.low && *high <= e.high) << *low << " " << *high;
    if (e.kind != PixelOpKind::kLighting) {
      EXPECT_NEAR(*low, e.low, 0.01 * (e.high - e.low));
      EXPECT_NEAR(*high, e.high, 0.01 * (e.high - e.low));
    }
  }
  expect_count(erased, 0.3);
  // Red moves by 255 times the lengths of the eigenvectors' components, 0.1 each.
  double squares = 0;
  for (const double red : values[PixelOpKind::kLighting]) squares += red * red;
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(values[PixelOpKind::kLighting].size())), 3.166, 0.2);
}

TEST(Augmentation, ErasedPartIsTheFillOrNoise) {
  AugmentationOptions options = SameSize(30);
  options.erasing = 1;
  const Image picture = MakePicture(30, 30, 3, 3);
  const AugmentationPlan plan = PlanOf(options, 30, 30, 1);
  ASSERT_GT(plan.erased.width, 0);
  const Image filled = Apply(options, picture, plan);
  options.erased_as = ErasedAs::kNoise;
  const AugmentationPlan noisy_plan = PlanOf(options, 30, 30, 1);
  EXPECT_EQ(noisy_plan.erased, plan.erased);
  const Image noisy = Apply(options, picture, noisy_plan);
  const Rect& part = plan.erased;
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 30; ++x) {
      const bool inside = x >= part.x && x < part.x + part.width && y >= part.y && y < part.y + part.height;
      for (int c = 0; c < 3; ++c) {
        const int i = 3 * x + c;
        ASSERT_EQ(filled.row(y)[i], inside ? options.fill[static_cast<size_t>(c)] : picture.row(y)[i]);
        ASSERT_EQ(noisy.row(y)[i], inside ? noisy.row(y)[i] : picture.row(y)[i]);
      }
    }
  }
  EXPECT_GT(Compare(Cut(noisy, part), Cut(filled, part)).mean, 20);
}

}  // namespace
}  // namespace dataset
