#include "dataset/augment/warp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "dataset/augment/random_warp.h"
#include "dataset/image/resize.h"
#include "tests/dataset/augment/augmentation_golden.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::Golden;
using testing::MakePicture;

constexpr Affine kIdentity;
constexpr FillMode kModes[] = {FillMode::kConstant, FillMode::kNearest, FillMode::kReflect, FillMode::kWrap};

Image Warped(const Image& source, const Affine& map, const Edges& edges, int width, int height) {
  Image out(height, width, source.channels());
  WarpImage(source, map, edges, width, height, out.data());
  return out;
}

// Warps only the part that PlanWarp asks for, as Augmentation does.
Image PlannedWarp(const Image& source, const Affine& map, const Edges& edges, int width, int height) {
  const WarpPlan plan = PlanWarp(map, edges.mode, width, height, {source.width(), source.height()});
  Image scaled;
  ResizeImage(source, plan.part, plan.scaled.width, plan.scaled.height, Interpolation::kQuick, &scaled);
  return Warped(scaled, plan.map, edges, width, height);
}

TEST(AffineTest, ComposeIsTheMatrixProduct) {
  const Affine a{1, 2, 3, 4, 5, 6}, b{-2, 0.5, 7, 1, 3, -1};
  EXPECT_EQ(Compose(a, b), (Affine{0, 6.5, 8, -3, 17, 29}));
  const Point inner = b(10, 20), point = a(inner.x, inner.y), same = Compose(a, b)(10, 20);
  EXPECT_EQ(point.x, same.x);
  EXPECT_EQ(point.y, same.y);
  EXPECT_EQ(Compose(kIdentity, a), a);
  EXPECT_EQ(Compose(a, kIdentity), a);
}

TEST(AffineTest, AboutKeepsTheCentre) {
  const Point centre = About({3, 4}, {0, -1, 0, 1, 0, 0})(3, 4);
  EXPECT_EQ(centre.x, 3);
  EXPECT_EQ(centre.y, 4);
}

// Compares with SciPy's ndimage and the matrices of Keras' source.
TEST(WarpTest, IsKeras) {
  const std::array<uint8_t, 3> colour = {200, 100, 50};
  const WarpDraw all{-160, 9.3, 30.7, 12, 1.2, 0.7};
  const struct {
    const char* golden;
    WarpDraw draw;
    FillMode mode;
  } cases[] = {
      {"rotation", {.rotation = 25}, FillMode::kReflect},
      {"shift", {.height_shift = 7.25, .width_shift = -12.5}, FillMode::kWrap},
      {"shear", {.shear = 30}, FillMode::kNearest},
      {"zoom", {.zoom_y = 0.8, .zoom_x = 1.2}, FillMode::kConstant},
      {"warp_constant", all, FillMode::kConstant},
      {"warp_nearest", all, FillMode::kNearest},
      {"warp_reflect", all, FillMode::kReflect},
      {"warp_wrap", all, FillMode::kWrap},
  };
  const Image picture = Golden("picture");
  for (const auto& c : cases) {
    const Affine map = WarpMap(c.draw, picture.width());
    const Image golden = Golden(c.golden);
    EXPECT_LE(Compare(Warped(picture, map, {c.mode, colour}, 40, 40), golden).max, 1) << c.golden;
    EXPECT_LE(Compare(PlannedWarp(picture, map, {c.mode, colour}, 40, 40), golden).max, 1) << c.golden;
  }
}

TEST(WarpTest, OfNothingIsTheIdentity) {
  EXPECT_EQ(WarpMap({}, 31), kIdentity);
  for (const int channels : {1, 3}) {
    const Image picture = MakePicture(17, 23, channels, 3);
    for (const FillMode mode : kModes) {
      EXPECT_EQ(Compare(Warped(picture, kIdentity, {mode, {9, 9, 9}}, 23, 17), picture).max, 0);
    }
  }
}

TEST(WarpTest, WholeSteppedShiftsShowTheFillModes) {
  Image row(1, 4, 1);
  for (int x = 0; x < 4; ++x) row.row(0)[x] = static_cast<uint8_t>(10 * (x + 1));
  const struct {
    FillMode mode;
    std::vector<int> expected;
  } cases[] = {
      {FillMode::kConstant, {7, 7, 7, 7, 7, 10, 20, 30, 40, 7, 7, 7, 7, 7}},
      {FillMode::kNearest, {10, 10, 10, 10, 10, 10, 20, 30, 40, 40, 40, 40, 40, 40}},
      {FillMode::kReflect, {40, 40, 30, 20, 10, 10, 20, 30, 40, 40, 30, 20, 10, 10}},
      {FillMode::kWrap, {40, 10, 20, 30, 40, 10, 20, 30, 40, 10, 20, 30, 40, 10}},
  };
  for (const auto& c : cases) {
    const Image out = Warped(row, Translation(-5, 0), {c.mode, {7, 7, 7}}, 14, 1);
    for (int x = 0; x < 14; ++x) EXPECT_EQ(out.row(0)[x], c.expected[static_cast<size_t>(x)]) << x;
  }
}

TEST(WarpTest, OnePixelFillsEverything) {
  for (const int channels : {1, 3}) {
    Image pixel(1, 1, channels);
    std::fill_n(pixel.data(), channels, uint8_t{99});
    const Affine map = WarpMap({33, 5, -5, 20, 3, 0.3}, 9);
    for (const FillMode mode : kModes) {
      const Image out = PlannedWarp(pixel, map, {mode, {99, 99, 99}}, 9, 9);
      for (size_t i = 0; i < out.bytes(); ++i) ASSERT_EQ(out.data()[i], 99);
    }
  }
}

TEST(WarpTest, GreyIsFilledWithLuma) {
  const Image picture = MakePicture(8, 8, 1, 3);
  const Image out = Warped(picture, Translation(100, 0), {FillMode::kConstant, {200, 100, 50}}, 8, 8);
  EXPECT_EQ(out.data()[0], 124);
}

// The planned part gives the same result as the whole picture.
TEST(WarpTest, PlannedPartShowsWhatTheWholeShows) {
  const Image picture = MakePicture(90, 120, 3, 5);
  for (const FillMode mode : kModes) {
    for (const double angle : {0.0, 20.0, 90.0, 135.0}) {
      for (const double x : {-400.0, -130.0, -30.0, 0.0, 40.0, 110.0, 300.0}) {
        for (const double y : {-200.0, -30.0, 0.0, 77.0}) {
          const Affine map = Compose(Translation(x, y), WarpMap({angle, 0, 0, 10, 0.9, 1.1}, 32));
          const Edges edges{mode, {1, 2, 3}};
          const WarpPlan plan = PlanWarp(map, mode, 32, 32, {120, 90});
          ASSERT_TRUE(plan.part.x >= 0 && plan.part.y >= 0 && plan.part.width > 0 && plan.part.height > 0);
          ASSERT_TRUE(plan.part.x + plan.part.width <= 120 && plan.part.y + plan.part.height <= 90);
          ASSERT_LE(Compare(PlannedWarp(picture, map, edges, 32, 32), Warped(picture, map, edges, 32, 32)).max, 1)
              << static_cast<int>(mode) << " " << angle << " " << x << " " << y;
        }
      }
    }
  }
}

TEST(WarpTest, SmallPartIsReadOfALargePicture) {
  const Affine map = Compose(Translation(2000, 1000), Compose(Scaling(4, 4), WarpMap({.rotation = 30}, 100)));
  const WarpPlan plan = PlanWarp(map, FillMode::kReflect, 100, 100, {4000, 3000});
  EXPECT_LT(plan.part.width, 600);
  EXPECT_LT(plan.part.height, 600);
  EXPECT_NEAR(plan.scaled.width, plan.part.width / 4.0, 1);
  EXPECT_NEAR(plan.scaled.height, plan.part.height / 4.0, 1);
}

// Computes the mean of 8 x 8 points in each pixel, as a box filter would.
Image Supersampled(const Image& source, const Affine& map, const Edges& edges, int size) {
  const Image fine = Warped(source, Compose(map, Scaling(0.125, 0.125)), edges, 8 * size, 8 * size);
  Image out;
  ResizeImage(fine, Rect{0, 0, 8 * size, 8 * size}, size, size, Interpolation::kArea, &out);
  return out;
}

// A reduced checkerboard of single pixels must be grey; bilinear interpolation alone would show moire.
TEST(WarpTest, NothingAliasesWhereItShrinks) {
  Image board(400, 400, 1);
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < 400; ++x) board.row(y)[x] = (x + y) % 2 == 0 ? 0 : 255;
  }
  for (const double step : {2.0, 3.3, 5.0, 12.0}) {
    const Affine map = Compose(Translation(20, 20), Compose(Scaling(step, step), WarpMap({.rotation = 10}, 32)));
    const Image out = PlannedWarp(board, map, {FillMode::kReflect, {}}, 28, 28);
    for (size_t i = 0; i < out.bytes(); ++i) ASSERT_NEAR(out.data()[i], 127.5, 32) << step;
  }
  const Image picture = MakePicture(300, 300, 3, 4);
  for (const double step : {1.1, 1.2, 1.5, 2.0, 4.0}) {
    const Affine map = Compose(Translation(40, 40), Compose(Scaling(step, step), WarpMap({.rotation = 20}, 50)));
    const Edges edges{FillMode::kReflect, {}};
    EXPECT_LT(Compare(PlannedWarp(picture, map, edges, 50, 50), Supersampled(picture, map, edges, 50)).mean, 3) << step;
  }
}

}  // namespace
}  // namespace dataset
