#include "dataset/augmentation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "dataset/encoder.h"
#include "dataset/error.h"
#include "dataset/resize.h"
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
  options.flip = true;
  options.jitter = 0.2;
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
    AugmentationPlan plan;
  } cases[] = {
      {500,
       375,
       0,
       {{78, 38, 375, 313}, false, true, {1.0859645879733357, 0.8413221668754283, 0.9862093743178013}, {0, 1, 2}}},
      {500,
       375,
       1,
       {{150, 26, 285, 343}, true, true, {0.9980906337023021, 0.9395856308934256, 0.9856756453799009}, {2, 0, 1}}},
      {500,
       375,
       2,
       {{18, 39, 330, 322}, false, true, {1.1704245954013972, 1.1880415370885087, 0.8157701612765069}, {0, 2, 1}}},
      {500,
       375,
       3,
       {{258, 72, 227, 291}, true, true, {0.8938382445325425, 0.8210492658717443, 0.8344789423813148}, {2, 0, 1}}},
      {500,
       375,
       5,
       {{76, 5, 418, 326}, false, true, {1.0835460277400206, 1.1035547127871603, 0.8791061526361363}, {1, 0, 2}}},
      {375,
       500,
       1,
       {{18, 19, 341, 380}, false, true, {0.8526948535455424, 0.9311476294950644, 0.8033737435843104}, {0, 2, 1}}},
  };
  for (const auto& c : cases) {
    const AugmentationPlan plan = PlanOf(TrainOptions(), c.width, c.height, c.id);
    EXPECT_EQ(plan.crop, c.plan.crop) << c.id;
    EXPECT_EQ(plan.flip, c.plan.flip) << c.id;
    EXPECT_TRUE(plan.jitter);
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(plan.factor[i], c.plan.factor[i], 1e-12) << c.id;
      EXPECT_EQ(plan.order[i], c.plan.order[i]) << c.id;
    }
  }
}

TEST(Augmentation, OneThatIsOffDrawsNothing) {
  AugmentationOptions only_flip;
  only_flip.flip = true;
  Rng rng(7, Domain::kAugment, 3, 0), same(7, Domain::kAugment, 3, 0);
  const AugmentationPlan plan = Augmentation(only_flip).Plan(500, 375, rng);
  EXPECT_EQ(plan.flip, same.Word() >> 31 != 0);
  EXPECT_EQ(rng.Word(), same.Word());
  EXPECT_FALSE(plan.jitter);
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
    flips += plan.flip;
    for (const double factor : plan.factor) {
      ASSERT_GE(factor, 0.8);
      ASSERT_LT(factor, 1.2);
    }
  }
  EXPECT_NEAR(flips, kDraws / 2, 4 * std::sqrt(kDraws / 4.0));
  EXPECT_GT(area / kDraws, 0.5);
}

// Like torchvision's fallback: all of the shorter side and as much of the longer one as the ratio allows.
TEST(Augmentation, AStripFallsBackToItsCentre) {
  const AugmentationOptions options = TrainOptions();
  EXPECT_EQ(PlanOf(options, 1000, 30, 1).crop, (Rect{480, 0, 40, 30}));
  EXPECT_EQ(PlanOf(options, 30, 1000, 1).crop, (Rect{0, 480, 30, 40}));
  EXPECT_EQ(PlanOf(options, 1, 1, 1).crop, (Rect{0, 0, 1, 1}));
}

TEST(Augmentation, CentreCropIsTorchvisions) {
  AugmentationOptions options;
  options.image_size = 160;
  options.eval_resize = 176;
  EXPECT_EQ(PlanOf(options, 240, 176, 0).crop, (Rect{40, 8, 160, 160}));
  EXPECT_EQ(PlanOf(options, 176, 241, 0).crop, (Rect{8, 40, 160, 160}));  // 40.5 halves to even
  EXPECT_EQ(PlanOf(options, 352, 352, 0).crop, (Rect{16, 16, 320, 320}));
  EXPECT_EQ(PlanOf(options, 1, 1, 0).crop, (Rect{0, 0, 1, 1}));
  for (int width = 1; width < 300; width += 7) {
    for (int height = 1; height < 300; height += 11) {
      const Rect crop = PlanOf(options, width, height, 0).crop;
      ASSERT_TRUE(crop.x >= 0 && crop.y >= 0 && crop.width > 0 && crop.height > 0);
      ASSERT_TRUE(crop.x + crop.width <= width && crop.y + crop.height <= height) << width << "x" << height;
    }
  }
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

TEST(Augmentation, FlipMirrorsColumns) {
  AugmentationOptions options;
  options.image_size = options.eval_resize = 9;
  for (const int channels : {1, 3}) {
    options.channels = channels;
    const Image picture = MakePicture(9, 9, channels, 3);
    AugmentationPlan plan;
    plan.crop = {0, 0, 9, 9};
    plan.flip = true;
    const Image flipped = Apply(options, picture, plan);
    for (int y = 0; y < 9; ++y) {
      for (int x = 0; x < 9; ++x) {
        for (int c = 0; c < channels; ++c) {
          ASSERT_EQ(flipped.row(y)[x * channels + c], picture.row(y)[(8 - x) * channels + c]);
        }
      }
    }
  }
}

// Against Pillow 12's ImageEnhance (Brightness, Contrast, Color), which truncates after each step where we round.
TEST(Augmentation, JitterIsPillows) {
  AugmentationOptions options;
  options.image_size = options.eval_resize = 2;
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
  for (const auto& c : cases) {
    AugmentationPlan plan{{0, 0, 2, 2}, false, true, {1.3, 0.7, 1.2}, {c.order[0], c.order[1], c.order[2]}};
    const Image out = Apply(options, picture, plan);
    for (size_t i = 0; i < 12; ++i) EXPECT_NEAR(out.data()[i], c.expected[i], 3) << i;
  }
}

TEST(Augmentation, GreyIgnoresSaturation) {
  AugmentationOptions options;
  options.image_size = options.eval_resize = 8;
  options.channels = 1;
  const Image picture = MakePicture(8, 8, 1, 3);
  const AugmentationPlan plan{{0, 0, 8, 8}, false, true, {1, 1, 0.5}, {2, 1, 0}};
  EXPECT_EQ(Compare(Apply(options, picture, plan), picture).max, 0);
}

TEST(Augmentation, PixelsOfOtherChannelsAreConverted) {
  AugmentationOptions options;
  options.image_size = options.eval_resize = 8;
  AugmentationPlan plan;
  plan.crop = {0, 0, 8, 8};
  const Image grey = MakePicture(8, 8, 1, 3), colour = MakePicture(8, 8, 3, 3);
  const Image repeated = Apply(options, grey, plan);
  options.channels = 1;
  const Image luma = Apply(options, colour, plan);
  for (int i = 0; i < 64; ++i) {
    for (int c = 0; c < 3; ++c) ASSERT_EQ(repeated.data()[3 * i + c], grey.data()[i]);
    const uint8_t* rgb = colour.data() + 3 * i;
    ASSERT_NEAR(luma.data()[i], 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2], 0.51);
  }
}

TEST(Augmentation, OptionsOutOfRangeAreNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto changed = [](auto change) {
    AugmentationOptions options = TrainOptions();
    change(options);
    return options;
  };
  const struct {
    AugmentationOptions options;
    const char* field;
  } cases[] = {
      {changed([](auto& o) { o.image_size = 0; }), "image_size"},
      {changed([](auto& o) { o.image_size = 100000; }), "image_size"},
      {changed([](auto& o) { o.channels = 2; }), "channels"},
      {changed([](auto& o) { o.eval_resize = 223; }), "eval_resize"},
      {changed([](auto& o) { o.crop_scale_min = 0; }), "crop_scale_min"},
      {changed([&](auto& o) { o.crop_scale_min = nan; }), "crop_scale_min"},
      {changed([](auto& o) { o.crop_scale_max = 1.1; }), "crop_scale_max"},
      {changed([](auto& o) { o.crop_scale_max = 0.2; }), "crop_scale_max"},
      {changed([](auto& o) { o.crop_ratio_min = -1; }), "crop_ratio_min"},
      {changed([](auto& o) { o.crop_ratio_max = 0.5; }), "crop_ratio_max"},
      {changed([&](auto& o) { o.crop_ratio_max = nan; }), "crop_ratio_max"},
      {changed([](auto& o) { o.jitter = 1.5; }), "jitter"},
      {changed([&](auto& o) { o.jitter = nan; }), "jitter"},
  };
  for (const auto& c : cases) {
    try {
      Validate(c.options);
      ADD_FAILURE() << c.field;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_TRUE(std::string_view(error.what()).starts_with(c.field)) << error.what();
    }
  }
  EXPECT_NO_THROW(Validate(TrainOptions()));
}

}  // namespace
}  // namespace dataset
