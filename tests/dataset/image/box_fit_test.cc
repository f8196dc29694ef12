#include "dataset/image/box_fit.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"

namespace dataset {
namespace {

BoxFit Box(uint32_t width, uint32_t height, Fit fit) {
  BoxFit box_fit;
  box_fit.width = width;
  box_fit.height = height;
  box_fit.fit = fit;
  return box_fit;
}

TEST(BoxFitTest, KeepsTheSizeByDefault) {
  const BoxPlacement placement = PlaceInBox({}, 300, 200);
  EXPECT_TRUE(placement.keeps(300, 200));
  EXPECT_EQ(placement.part, (Rect{0, 0, 300, 200}));
}

TEST(BoxFitTest, PlacesByTheFit) {
  const struct {
    const char* what;
    BoxFit box_fit;
    Size picture;
    Rect part;
    Size scaled, stored;
    int left, top;
  } cases[] = {
      {"short", Box(100, 100, Fit::kShort), {300, 200}, {0, 0, 300, 200}, {150, 100}, {150, 100}, 0, 0},
      {"short never enlarges", Box(100, 100, Fit::kShort), {30, 20}, {0, 0, 30, 20}, {30, 20}, {30, 20}, 0, 0},
      {"cover, too wide", Box(100, 100, Fit::kCover), {300, 200}, {50, 0, 200, 200}, {100, 100}, {100, 100}, 0, 0},
      {"cover, too high", Box(160, 80, Fit::kCover), {300, 200}, {0, 25, 300, 150}, {160, 80}, {160, 80}, 0, 0},
      {"cover enlarges", Box(40, 40, Fit::kCover), {10, 20}, {0, 5, 10, 10}, {40, 40}, {40, 40}, 0, 0},
      {"cover of a line", Box(8, 8, Fit::kCover), {1000, 1}, {499, 0, 1, 1}, {8, 8}, {8, 8}, 0, 0},
      {"contain, wide", Box(100, 100, Fit::kContain), {300, 200}, {0, 0, 300, 200}, {100, 67}, {100, 100}, 0, 16},
      {"contain, high", Box(100, 50, Fit::kContain), {200, 300}, {0, 0, 200, 300}, {33, 50}, {100, 50}, 33, 0},
      {"contain enlarges", Box(40, 40, Fit::kContain), {10, 20}, {0, 0, 10, 20}, {20, 40}, {40, 40}, 10, 0},
      {"contain of a line", Box(8, 8, Fit::kContain), {1000, 1}, {0, 0, 1000, 1}, {8, 1}, {8, 8}, 0, 3},
      {"stretch", Box(10, 50, Fit::kStretch), {300, 200}, {0, 0, 300, 200}, {10, 50}, {10, 50}, 0, 0},
  };
  for (const auto& c : cases) {
    const BoxPlacement placement = PlaceInBox(c.box_fit, c.picture.width, c.picture.height);
    EXPECT_EQ(placement.part, c.part) << c.what;
    EXPECT_EQ(placement.scaled, c.scaled) << c.what;
    EXPECT_EQ(placement.stored, c.stored) << c.what;
    EXPECT_EQ(placement.left, c.left) << c.what;
    EXPECT_EQ(placement.top, c.top) << c.what;
  }
}

TEST(BoxFitTest, ThePartIsInsideThePictureAndTheScaledInsideTheBox) {
  for (const Fit fit : {Fit::kCover, Fit::kContain, Fit::kStretch}) {
    for (int width = 1; width < 40; width += 3) {
      for (int height = 1; height < 40; height += 2) {
        for (const auto& [w, h] : {std::pair(1u, 1u), {7u, 5u}, {32u, 9u}, {64u, 64u}}) {
          const BoxPlacement p = PlaceInBox(Box(w, h, fit), width, height);
          ASSERT_TRUE(p.part.x >= 0 && p.part.y >= 0 && p.part.width >= 1 && p.part.height >= 1);
          ASSERT_TRUE(p.part.x + p.part.width <= width && p.part.y + p.part.height <= height);
          ASSERT_TRUE(p.left >= 0 && p.top >= 0 && p.scaled.width >= 1 && p.scaled.height >= 1);
          ASSERT_TRUE(p.left + p.scaled.width <= p.stored.width && p.top + p.scaled.height <= p.stored.height);
          ASSERT_EQ(p.stored, (Size{static_cast<int>(w), static_cast<int>(h)}));
        }
      }
    }
  }
}

TEST(BoxFitTest, PaddingFillsWhatIsNotThePicture) {
  for (const int channels : {1, 3}) {
    Image picture(4, 5, channels);
    std::fill_n(picture.data(), picture.bytes(), uint8_t{9});
    BoxPlacement placement;
    placement.stored = {5, 4};
    placement.scaled = {2, 3};
    placement.left = 1;
    placement.top = 1;
    FillPadding(placement, {10, 20, 30}, &picture);
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 5; ++x) {
        const bool inside = x >= 1 && x < 3 && y >= 1;
        for (int c = 0; c < channels; ++c) {
          const int pad = channels == 1 ? 18 : 10 * (c + 1);  // 0.299 * 10 + 0.587 * 20 + 0.114 * 30
          EXPECT_EQ(picture.row(y)[x * channels + c], inside ? 9 : pad) << x << "," << y << "," << c;
        }
      }
    }
  }
}

}  // namespace
}  // namespace dataset
