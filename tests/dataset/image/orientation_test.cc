#include "dataset/image/orientation.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/testing/pictures.h"

namespace dataset {
namespace {

// The stored picture is 1 2 / 3 4 / 5 6. Each orientation shows it as here.
TEST(ApplyOrientation, AllEight) {
  Image stored(3, 2, 1);
  for (int i = 0; i < 6; ++i) stored.data()[i] = static_cast<uint8_t>(i + 1);
  const struct {
    int orientation, width;
    std::vector<uint8_t> upright;
  } cases[] = {
      {1, 2, {1, 2, 3, 4, 5, 6}}, {2, 2, {2, 1, 4, 3, 6, 5}}, {3, 2, {6, 5, 4, 3, 2, 1}}, {4, 2, {5, 6, 3, 4, 1, 2}},
      {5, 3, {1, 3, 5, 2, 4, 6}}, {6, 3, {5, 3, 1, 6, 4, 2}}, {7, 3, {6, 4, 2, 5, 3, 1}}, {8, 3, {2, 4, 6, 1, 3, 5}},
  };
  for (const auto& c : cases) {
    Image upright;
    ApplyOrientation(stored, c.orientation, &upright);
    EXPECT_EQ(upright.width(), c.width) << c.orientation;
    EXPECT_EQ(std::vector<uint8_t>(upright.data(), upright.data() + 6), c.upright) << c.orientation;
  }
}

TEST(ApplyOrientation, ColourPixelsStayTogether) {
  const Image stored = testing::MakePicture(5, 7, 3, 1);
  Image grey_like(5, 7, 1), upright, upright_channel;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    ApplyOrientation(stored, orientation, &upright);
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < 35; ++i) grey_like.data()[i] = stored.data()[3 * i + c];
      ApplyOrientation(grey_like, orientation, &upright_channel);
      for (int i = 0; i < 35; ++i) ASSERT_EQ(upright.data()[3 * i + c], upright_channel.data()[i]) << orientation;
    }
  }
}

TEST(ToStored, IsWhereThePixelsComeFrom) {
  const int width = 7, height = 5;
  Image stored(height, width, 1);
  for (int i = 0; i < width * height; ++i) stored.data()[i] = static_cast<uint8_t>(i);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Image upright;
    ApplyOrientation(stored, orientation, &upright);
    const Rect part{1, 2, 3, 2};
    const Rect from = ToStored(part, orientation, width, height);
    EXPECT_EQ(ToUpright(from, orientation, width, height), part);
    Image cut(from.height, from.width, 1), turned;
    for (int y = 0; y < from.height; ++y) {
      for (int x = 0; x < from.width; ++x) cut.row(y)[x] = stored.row(from.y + y)[from.x + x];
    }
    ApplyOrientation(cut, orientation, &turned);
    ASSERT_EQ(turned.width(), part.width);
    ASSERT_EQ(turned.height(), part.height);
    for (int y = 0; y < part.height; ++y) {
      for (int x = 0; x < part.width; ++x) {
        ASSERT_EQ(turned.row(y)[x], upright.row(part.y + y)[part.x + x]) << orientation;
      }
    }
  }
}

}  // namespace
}  // namespace dataset
