#include "dataset/image/image.h"

#include <gtest/gtest.h>

#include <vector>

namespace dataset {
namespace {

TEST(ImageTest, ResetKeepsItsMemoryUntilItMustGrow) {
  Image image(4, 4, 3);
  const uint8_t* const data = image.data();
  image.Reset(2, 8, 1);
  EXPECT_EQ(image.data(), data);
  EXPECT_EQ(image.bytes(), 16u);
  EXPECT_EQ(image.row(1), data + 8);
}

TEST(ImageTest, ShowsSomeoneElsesPixelsUntilReset) {
  const std::vector<uint8_t> pixels(60, 7);
  Image image(4, 4, 3);
  const uint8_t* const data = image.data();
  image.Show(pixels.data(), 4, 5, 3);
  EXPECT_EQ(image.row(1), pixels.data() + 15);
  Image other(std::move(image));
  EXPECT_EQ(other.data(), pixels.data());
  other.Reset(4, 4, 3);
  EXPECT_EQ(other.data(), data);
  Image empty;
  empty.Show(pixels.data(), 4, 5, 3);
  empty.Reset(1, 1, 1);
  EXPECT_NE(empty.data(), pixels.data());
}

TEST(ImageTest, WhatIsMovedFromCanBeUsedAgain) {
  Image image(4, 4, 3);
  const uint8_t* const data = image.data();
  Image other(std::move(image));
  EXPECT_EQ(other.data(), data);
  EXPECT_EQ(image.bytes(), 0u);
  image.Reset(4, 4, 3);
  ASSERT_NE(image.data(), nullptr);
  image.data()[47] = 1;
  image = std::move(other);
  EXPECT_EQ(image.data(), data);
  std::swap(image, other);
  EXPECT_EQ(other.data(), data);
  EXPECT_EQ(image.bytes(), 0u);
}

}  // namespace
}  // namespace dataset
