#include "dataset/image/pixel_sums.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/dataset/image/targets.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

TEST(PixelSumsTest, AddsUpExactlyInAnyOrder) {
  PixelSums all, one_by_one;
  uint64_t sum = 0, squares = 0, pixels = 0;
  std::vector<PixelSums> parts;
  for (int i = 0; i < 5; ++i) {
    const Image picture = testing::MakePicture(31 + i, 17, 3, static_cast<uint32_t>(i));
    for (size_t p = 1; p < picture.bytes(); p += 3) {
      sum += picture.data()[p];
      squares += uint64_t{picture.data()[p]} * picture.data()[p];
      ++pixels;
    }
    one_by_one.Add(picture);
    parts.emplace_back().Add(picture);
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) all.Add(*part);
  EXPECT_EQ(all.pixels(), pixels);
  EXPECT_EQ(all.sum()[1], sum);
  EXPECT_EQ(all.sum_of_squares()[1], squares);
  EXPECT_EQ(all.sum(), one_by_one.sum());
  EXPECT_EQ(all.sum_of_squares(), one_by_one.sum_of_squares());
}

TEST(PixelSumsTest, AllProcessorsSumTheSame) {
  for (const int channels : {1, 3}) {
    for (const int width : {1, 15, 64, 200, 40000}) {
      const Image picture = testing::MakePicture(3, width, channels, 7);
      std::vector<uint64_t> sum(static_cast<size_t>(channels)), squares = sum;
      for (size_t i = 0; i < picture.bytes(); ++i) {
        sum[i % sum.size()] += picture.data()[i];
        squares[i % sum.size()] += uint64_t{picture.data()[i]} * picture.data()[i];
      }
      testing::ForEachTarget([&] {
        PixelSums sums;
        sums.Add(picture);
        EXPECT_EQ(sums.sum(), sum) << channels << " " << width;
        EXPECT_EQ(sums.sum_of_squares(), squares) << channels << " " << width;
      });
    }
  }
}

// White pictures larger than a block of the summation must not overflow it.
TEST(PixelSumsTest, WhiteIsOneWithTheLeastDeviation) {
  Image white(300, 500, 1);
  std::fill_n(white.data(), white.bytes(), uint8_t{255});
  PixelSums sums;
  sums.Add(white);
  EXPECT_EQ(sums.sum()[0], 255u * 150000);
  EXPECT_EQ(sums.sum_of_squares()[0], uint64_t{65025} * 150000);
  EXPECT_DOUBLE_EQ(sums.Mean()[0], 1);
  EXPECT_DOUBLE_EQ(sums.Std()[0], 1.0 / 255);
}

TEST(PixelSumsTest, MeanAndStdAreThoseOfTheBytes) {
  // numpy: np.array([0, 10, 200]).mean() / 255, .std() / 255
  const PixelSums sums(3, {210}, {40100});
  EXPECT_NEAR(sums.Mean()[0], 0.27450980392156865, 1e-15);
  EXPECT_NEAR(sums.Std()[0], 0.3608411435775754, 1e-14);
}

TEST(PixelSumsTest, NothingAddsNothing) {
  PixelSums sums;
  EXPECT_TRUE(sums.empty());
  sums.Add(PixelSums());
  EXPECT_TRUE(sums.empty());
  sums.Add(PixelSums(1, {5}, {25}));
  sums.Add(PixelSums());
  EXPECT_EQ(sums.pixels(), 1u);
}

}  // namespace
}  // namespace dataset
