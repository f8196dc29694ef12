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

TEST(ImageTest, CapacityIsThatOfTheLargestShape) {
  Image image;
  EXPECT_EQ(image.capacity(), 0u);
  image.Reset(4, 4, 3);
  image.Reset(2, 2, 1);
  EXPECT_EQ(image.capacity(), 48u);
  image = Image();
  EXPECT_EQ(image.capacity(), 0u);
}

TEST(ImageViewTest, ShowsSomeoneElsesPixels) {
  const std::vector<uint8_t> pixels(60, 7);
  const ImageView view(pixels.data(), 4, 5, 3);
  EXPECT_EQ(view.data(), pixels.data());
  EXPECT_EQ(view.row(1), pixels.data() + 15);
  EXPECT_EQ(view.bytes(), 60u);
  const Image image(3, 2, 1);
  const ImageView of_image = image;
  EXPECT_EQ(of_image.row(2), image.data() + 4);
  EXPECT_EQ(of_image.height(), 3);
  EXPECT_EQ(of_image.width(), 2);
  EXPECT_EQ(of_image.channels(), 1);
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
