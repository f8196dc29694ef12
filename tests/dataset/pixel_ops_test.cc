#include "dataset/pixel_ops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/dataset/augmentation_golden.h"
#include "tests/dataset/image_compare.h"

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

// Against torchvision's functional on tensors, which truncates where we round.
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
  };
  const Image picture = Golden("picture");
  for (const auto& c : cases) {
    EXPECT_GT(Compare(Golden(c.golden), picture).mean, 2) << c.golden;
    EXPECT_LE(Compare(Applied(picture, {c.op}), Golden(c.golden)).max, 1) << c.golden;
  }
}

TEST(PixelOpsTest, OfNoStrengthChangeNothing) {
  const Image picture = Golden("picture");
  const Ops none = {{PixelOpKind::kBrightness, {1}},
                    {PixelOpKind::kContrast, {1}},
                    {PixelOpKind::kSaturation, {1}},
                    {PixelOpKind::kHue, {0}}};
  for (const PixelOp& op : none) EXPECT_EQ(Compare(Applied(picture, {op}), picture).max, 0);
  EXPECT_EQ(Compare(Applied(picture, none), picture).max, 0);
  EXPECT_EQ(Compare(Applied(picture, {}), picture).max, 0);
}

// Whatever shares a pass, the bytes are those of one op after the other.
TEST(PixelOpsTest, SharedPassesChangeNothing) {
  const Ops ops = {{PixelOpKind::kBrightness, {1.6}}, {PixelOpKind::kContrast, {0.3}},
                   {PixelOpKind::kHue, {0.2}},        {PixelOpKind::kContrast, {1.8}},
                   {PixelOpKind::kSaturation, {1.5}}, {PixelOpKind::kBrightness, {0.7}}};
  for (const int channels : {1, 3}) {
    const Image picture = MakePicture(30, 20, channels, 3);
    Image one_by_one = Copy(picture);
    for (const PixelOp& op : ops) one_by_one = Applied(one_by_one, {op});
    EXPECT_EQ(Compare(Applied(picture, ops), one_by_one).max, 0);
  }
}

TEST(PixelOpsTest, OneChannelHasNoColours) {
  const Image picture = MakePicture(8, 8, 1, 3);
  EXPECT_EQ(Compare(Applied(picture, {{PixelOpKind::kSaturation, {0.5}}, {PixelOpKind::kHue, {0.3}}}), picture).max, 0);
}

}  // namespace
}  // namespace dataset
