#include "dataset/augment/pixel_ops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dataset/image/color.h"
#include "tests/dataset/augment/augmentation_golden.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::Golden;
using testing::MakePicture;
using Ops = std::vector<PixelOp>;

Image Copy(const Image& picture) {
  Image copy(picture.height(), picture.width(), picture.channels());
  std::copy_n(picture.data(), picture.bytes(), copy.data());
  return copy;
}

Image Applied(const Image& picture, const Ops& ops) {
  Image out = Copy(picture);
  ApplyPixelOps(ops, out.width(), out.height(), out.channels(), out.data());
  return out;
}

// Compares with torchvision's functional ops on tensors, which truncate where these round.
TEST(PixelOpsTest, AreTorchvisions) {
  const struct {
    const char* golden;
    PixelOp op;
  } cases[] = {
      {"brightness_0.4", {PixelOpKind::kBrightness, {0.4}}},
      {"brightness_1.7", {PixelOpKind::kBrightness, {1.7}}},
      {"contrast_0.4", {PixelOpKind::kContrast, {0.4}}},
      {"contrast_1.7", {PixelOpKind::kContrast, {1.7}}},
      {"saturation_0.4", {PixelOpKind::kSaturation, {0.4}}},
      {"saturation_1.7", {PixelOpKind::kSaturation, {1.7}}},
      {"hue_-0.4", {PixelOpKind::kHue, {-0.4}}},
      {"hue_0.1", {PixelOpKind::kHue, {0.1}}},
      {"hue_0.5", {PixelOpKind::kHue, {0.5}}},
      {"grey", {PixelOpKind::kGrey, {}}},
      {"blur_0.6", {PixelOpKind::kBlur, {0.6}}},
      {"blur_1.1", {PixelOpKind::kBlur, {1.1}}},
      {"blur_6.0", {PixelOpKind::kBlur, {6}}},
      {"sharpness_0.2", {PixelOpKind::kSharpness, {0.2}}},
      {"sharpness_1.9", {PixelOpKind::kSharpness, {1.9}}},
      {"posterize_3", {PixelOpKind::kPosterize, {3}}},
      {"solarize_100.5", {PixelOpKind::kSolarize, {100.5}}},
  };
  const Image picture = Golden("picture");
  for (const auto& c : cases) {
    EXPECT_GT(Compare(Golden(c.golden), picture).mean, 2) << c.golden;
    EXPECT_LE(Compare(Applied(picture, {c.op}), Golden(c.golden)).max, 1) << c.golden;
  }
}

TEST(PixelOpsTest, AreKerasPillowsAndAlexNets) {
  const Image picture = Golden("picture"), dull = Golden("dull");
  EXPECT_EQ(Compare(Applied(picture, {{PixelOpKind::kEqualize, {}}}), Golden("equalize")).max, 0);
  EXPECT_LE(Compare(Applied(dull, {{PixelOpKind::kAutoContrast, {}}}), Golden("autocontrast")).max, 1);
  EXPECT_LE(Compare(Applied(dull, {{PixelOpKind::kShift, {-31.4}}}), Golden("shift_-31.4")).max, 0);
  EXPECT_LE(Compare(Applied(dull, {{PixelOpKind::kShift, {50}}}), Golden("shift_50.0")).max, 0);
  const PixelOp lighting{PixelOpKind::kLighting, LightingShift({0.12, -0.4, 1.5})};
  EXPECT_LE(Compare(Applied(picture, {lighting}), Golden("lighting")).max, 0);
}

TEST(PixelOpsTest, GreyIsOnlyAsGreyAsLuma) {
  const Image out = Applied(Golden("picture"), {{PixelOpKind::kGrey, {}}});
  for (size_t i = 0; i < out.bytes(); i += 3) {
    ASSERT_EQ(out.data()[i], out.data()[i + 1]);
    ASSERT_EQ(out.data()[i], out.data()[i + 2]);
  }
}

TEST(PixelOpsTest, FlatPicturesHaveNoContrastToStretch) {
  for (const int channels : {1, 3}) {
    Image flat(5, 5, channels);
    std::fill_n(flat.data(), flat.bytes(), uint8_t{77});
    for (const PixelOpKind kind : {PixelOpKind::kAutoContrast, PixelOpKind::kEqualize, PixelOpKind::kBlur}) {
      EXPECT_EQ(Compare(Applied(flat, {{kind, {1}}}), flat).max, 0);
    }
  }
}

TEST(PixelOpsTest, OfNoStrengthChangeNothing) {
  const Image picture = Golden("picture");
  const Ops none = {{PixelOpKind::kBrightness, {1}},     {PixelOpKind::kContrast, {1}},
                    {PixelOpKind::kSaturation, {1}},     {PixelOpKind::kHue, {0}},
                    {PixelOpKind::kSharpness, {1}},      {PixelOpKind::kShift, {0}},
                    {PixelOpKind::kLighting, {0, 0, 0}}, {PixelOpKind::kBlur, {0.01}},
                    {PixelOpKind::kPosterize, {8}},      {PixelOpKind::kSolarize, {256}}};
  for (const PixelOp& op : none) EXPECT_EQ(Compare(Applied(picture, {op}), picture).max, 0);
  EXPECT_EQ(Compare(Applied(picture, none), picture).max, 0);
  EXPECT_EQ(Compare(Applied(picture, {}), picture).max, 0);
}

// Ops that share a pass give the same bytes as ops one after the other.
TEST(PixelOpsTest, SharedPassesChangeNothing) {
  const Ops ops = {
      {PixelOpKind::kBrightness, {1.6}}, {PixelOpKind::kContrast, {0.3}},   {PixelOpKind::kHue, {0.2}},
      {PixelOpKind::kContrast, {1.8}},   {PixelOpKind::kSaturation, {1.5}}, {PixelOpKind::kBrightness, {0.7}},
      {PixelOpKind::kShift, {30}},       {PixelOpKind::kAutoContrast, {}},  {PixelOpKind::kPosterize, {5}},
      {PixelOpKind::kSolarize, {200}},   {PixelOpKind::kEqualize, {}},      {PixelOpKind::kLighting, {9, -9, 5}},
      {PixelOpKind::kBlur, {0.8}},       {PixelOpKind::kSharpness, {1.4}}};
  for (const int channels : {1, 3}) {
    const Image picture = MakePicture(30, 20, channels, 3);
    Image one_by_one = Copy(picture);
    for (const PixelOp& op : ops) one_by_one = Applied(one_by_one, {op});
    EXPECT_EQ(Compare(Applied(picture, ops), one_by_one).max, 0);
  }
}

TEST(PixelOpsTest, OneChannelHasNoColours) {
  const Image picture = MakePicture(8, 8, 1, 3);
  const Ops ops = {{PixelOpKind::kSaturation, {0.5}},
                   {PixelOpKind::kHue, {0.3}},
                   {PixelOpKind::kLighting, {50, 40, 30}},
                   {PixelOpKind::kGrey, {}}};
  EXPECT_EQ(Compare(Applied(picture, ops), picture).max, 0);
}

// The kernel may be larger than the picture, and the picture may consist of edges only.
TEST(PixelOpsTest, SmallPicturesAreNoExceptions) {
  for (const int channels : {1, 3}) {
    for (const auto& [width, height] : {std::pair(1, 1), std::pair(2, 1), std::pair(1, 5), std::pair(2, 2)}) {
      const Image picture = MakePicture(height, width, channels, 3);
      EXPECT_EQ(Compare(Applied(picture, {{PixelOpKind::kSharpness, {1.9}}}), picture).max, 0);
      const Image blurred = Applied(picture, {{PixelOpKind::kBlur, {20}}, {PixelOpKind::kEqualize, {}}});
      EXPECT_EQ(blurred.bytes(), picture.bytes());
    }
  }
}

}  // namespace
}  // namespace dataset
