#include "dataset/augment/square_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "dataset/augment/random_crop.h"

namespace dataset {
namespace {

bool Inside(const Rect& part, int width, int height) {
  return part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0 && part.x + part.width <= width &&
         part.y + part.height <= height;
}

TEST(SquareFitTest, NamesComeBack) {
  for (const char* name : {"crop", "pad", "stretch"}) EXPECT_EQ(NameOf(ParseName<SquareFit>(name).value()), name);
  for (const char* name : {"", "Crop", "contain"}) EXPECT_FALSE(ParseName<SquareFit>(name)) << name;
}

TEST(SquareFitTest, CropIsTorchvisionsResizeAndCentreCrop) {
  const auto part = [](int width, int height) {
    const SquarePlacement placed = PlaceInSquare(SquareFit::kCrop, 160, 176, width, height);
    EXPECT_EQ(placed.place, (Rect{0, 0, 160, 160}));
    return placed.part;
  };
  EXPECT_EQ(part(240, 176), (Rect{40, 8, 160, 160}));
  EXPECT_EQ(part(176, 241), (Rect{8, 40, 160, 160}));  // 40.5 halves to even
  EXPECT_EQ(part(352, 352), (Rect{16, 16, 320, 320}));
  EXPECT_EQ(part(640, 427), (Rect{127, 19, 389, 389}));  // the long side is 263.8, cut to 263
  EXPECT_EQ(part(1, 1), (Rect{0, 0, 1, 1}));
}

TEST(SquareFitTest, PadCentresAllOfThePicture) {
  const struct {
    int width, height;
    Rect place;
  } cases[] = {
      {200, 100, {0, 25, 100, 50}}, {100, 200, {25, 0, 50, 100}},
      {50, 50, {0, 0, 100, 100}},   {3, 1, {0, 33, 100, 33}},  // the odd pixel below
      {1000, 1, {0, 49, 100, 1}},
  };
  for (const auto& c : cases) {
    const SquarePlacement placed = PlaceInSquare(SquareFit::kPad, 100, 110, c.width, c.height);
    EXPECT_EQ(placed.part, (Rect{0, 0, c.width, c.height}));
    EXPECT_EQ(placed.place, c.place) << c.width << "x" << c.height;
  }
}

TEST(SquareFitTest, StretchTakesAll) {
  const SquarePlacement placed = PlaceInSquare(SquareFit::kStretch, 64, 100, 300, 20);
  EXPECT_EQ(placed.part, (Rect{0, 0, 300, 20}));
  EXPECT_EQ(placed.place, (Rect{0, 0, 64, 64}));
}

TEST(SquareFitTest, EverySizeHasItsPlace) {
  for (const SquareFit fit : {SquareFit::kCrop, SquareFit::kPad, SquareFit::kStretch}) {
    for (const int size : {1, 7, 64}) {
      for (int width = 1; width < 300; width += 7) {
        for (int height = 1; height < 300; height += 11) {
          const SquarePlacement placed = PlaceInSquare(fit, size, size + 5, width, height);
          ASSERT_TRUE(Inside(placed.part, width, height)) << width << "x" << height;
          ASSERT_TRUE(Inside(placed.place, size, size)) << width << "x" << height;
        }
      }
    }
  }
}

TEST(SquareFitTest, CropsKeepTheirRanges) {
  constexpr int kDraws = 4000;
  double area = 0, log_ratio = 0;
  for (uint32_t i = 0; i < kDraws; ++i) {
    Rng rng(7, Domain::kAugment, 0, i);
    const Rect crop = DrawCrop({0.2, 0.4, 0.5, 2}, 640, 480, rng);
    ASSERT_TRUE(Inside(crop, 640, 480));
    const double share = crop.width * crop.height / (640.0 * 480.0);
    ASSERT_GT(share, 0.195);
    ASSERT_LT(share, 0.405);
    area += share;
    log_ratio += std::log(static_cast<double>(crop.width) / crop.height);
  }
  EXPECT_NEAR(area / kDraws, 0.3, 0.005);
  EXPECT_NEAR(log_ratio / kDraws, 0, 0.03);
}

// torchvision's fallback takes all of the shorter side, and as much of the longer one as the ratio allows.
TEST(SquareFitTest, AStripFallsBackToItsCentre) {
  const auto crop = [](int width, int height) {
    Rng rng(7, Domain::kAugment, 3, 1);
    return DrawCrop({0.35, 1, 3.0 / 4, 4.0 / 3}, width, height, rng);
  };
  EXPECT_EQ(crop(1000, 30), (Rect{480, 0, 40, 30}));
  EXPECT_EQ(crop(30, 1000), (Rect{0, 480, 30, 40}));
  EXPECT_EQ(crop(1, 1), (Rect{0, 0, 1, 1}));
}

}  // namespace
}  // namespace dataset
