#include "dataset/augment/augmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/image/color.h"
#include "dataset/image/resize.h"
#include "tests/dataset/augment/augmentation_fixture.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::Apply;
using testing::Compare;
using testing::Cut;
using testing::MakePicture;
using testing::PlanOf;
using testing::SameSize;
using testing::TrainOptions;

TEST(Augmentation, CentreCropLooksLikeResizeThenCrop) {
  AugmentationOptions options;
  options.image_size = 128;
  options.eval_resize = 141;
  for (const auto& [width, height] : {std::pair(500, 375), std::pair(300, 420), std::pair(141, 200)}) {
    const Image picture = MakePicture(height, width, 3, 3);
    const Image got = Apply(options, picture, PlanOf(options, width, height, 0));
    const Size size = ShortSideSize(width, height, 141);
    Image resized;
    ResizeImage(picture, Rect{0, 0, width, height}, size.width, size.height, Interpolation::kAuto, &resized);
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
    EXPECT_LT(Compare(out, Apply(options, decoded, plan)).mean, 1) << id;
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

// Compares with Pillow 12's ImageEnhance (Brightness, Contrast, Color), which truncates after each step; we round.
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
  options.fit = SquareFit::kPad;
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
  ResizeImage(picture, Rect{50, 0, 100, 100}, 50, 50, Interpolation::kQuick, &expected);
  EXPECT_EQ(Compare(Apply(options, picture, PlanOf(options, 200, 100, 0)), expected).max, 0);
  options.fit = SquareFit::kStretch;
  ResizeImage(picture, Rect{0, 0, 200, 100}, 50, 50, Interpolation::kQuick, &expected);
  EXPECT_EQ(Compare(Apply(options, picture, PlanOf(options, 200, 100, 0)), expected).max, 0);
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
