#include "dataset/augment/erasing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace dataset {
namespace {

constexpr AreaRange kTorchvisions{0.02, 0.33, 0.3, 3.3};

Rect Drawn(const AreaRange& range, int size, uint32_t id) {
  Rng rng(7, Domain::kAugment, 3, id);
  return DrawErasing(range, size, rng);
}

TEST(ErasingTest, KeepsItsRanges) {
  constexpr int kDraws = 4000;
  double area = 0, log_ratio = 0, x = 0, y = 0;
  for (uint32_t id = 0; id < kDraws; ++id) {
    const Rect part = Drawn(kTorchvisions, 224, id);
    ASSERT_TRUE(part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0);
    ASSERT_TRUE(part.x + part.width <= 224 && part.y + part.height <= 224);
    const double share = part.width * part.height / (224.0 * 224);
    ASSERT_TRUE(share > 0.019 && share < 0.335) << share;
    const double ratio = static_cast<double>(part.height) / part.width;
    ASSERT_TRUE(ratio > 0.29 && ratio < 3.4) << ratio;
    area += share;
    log_ratio += std::log(ratio);
    x += part.x + part.width / 2.0;
    y += part.y + part.height / 2.0;
  }
  EXPECT_NEAR(area / kDraws, 0.175, 0.006);
  EXPECT_NEAR(log_ratio / kDraws, 0, 0.05);
  EXPECT_NEAR(x / kDraws, 112, 3);
  EXPECT_NEAR(y / kDraws, 112, 3);
}

TEST(ErasingTest, NothingFitsASquareOfOnePixel) {
  for (uint32_t id = 0; id < 50; ++id) {
    const Rect part = Drawn(kTorchvisions, 1, id);
    EXPECT_EQ(part.width * part.height, 0);
  }
  EXPECT_EQ(Drawn({1, 1, 1, 1}, 30, 1), Rect{});
}

TEST(ErasingTest, FillsThePartAlone) {
  for (const int channels : {1, 3}) {
    std::vector<uint8_t> pixels(static_cast<size_t>(7 * 5 * channels), 9);
    FillPart({2, 1, 4, 3}, {200, 100, 50}, 7, channels, pixels.data());
    const int expected[] = {channels == 1 ? 124 : 200, 100, 50};
    for (int y = 0; y < 5; ++y) {
      for (int x = 0; x < 7; ++x) {
        const bool inside = x >= 2 && x < 6 && y >= 1 && y < 4;
        for (int c = 0; c < channels; ++c) {
          ASSERT_EQ(pixels[static_cast<size_t>((y * 7 + x) * channels + c)], inside ? expected[c] : 9);
        }
      }
    }
  }
}

// Random123 publishes Philox's first words for a zero counter and key: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
TEST(ErasingTest, NoiseIsPhilox) {
  std::vector<uint8_t> pixels(3 * 2 * 3, 9);
  FillPartWithNoise({1, 0, 2, 2}, {0, 0}, 3, 3, pixels.data());
  const std::vector<uint8_t> expected = {9, 9, 9, 0xd5, 0xe8, 0x27, 0x66, 0x8d, 0xc5,
                                         9, 9, 9, 0x69, 0xe1, 0x4c, 0xac, 0x57, 0xbc};
  EXPECT_EQ(pixels, expected);
}

TEST(ErasingTest, NoiseIsUniform) {
  std::vector<uint8_t> pixels(256 * 256);
  FillPartWithNoise({0, 0, 256, 256}, {1, 2}, 256, 1, pixels.data());
  std::vector<int> counts(256);
  for (const uint8_t value : pixels) ++counts[value];
  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - 256.0) * (count - 256) / 256;
  EXPECT_LT(chi_squared, 255 + 5 * std::sqrt(2 * 255.0));
}

}  // namespace
}  // namespace dataset
