#include "train/network/gelu_kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "tests/dataset/image/targets.h"

namespace train {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

double Exact(double x) { return x / 2 * std::erfc(-x / std::sqrt(2.0)); }

double ExactSlope(double x) {
  return std::erfc(-x / std::sqrt(2.0)) / 2 + x * std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0));
}

std::vector<float> Points() {
  std::vector<float> points;
  for (int i = -12000; i <= 12000; ++i) points.push_back(static_cast<float>(i) / 1000);
  return points;
}

float FromHalf(uint16_t bits) {
  const uint32_t wide = uint32_t{bits} << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

uint16_t ToHalf(float value) {
  uint32_t wide;
  std::memcpy(&wide, &value, sizeof wide);
  return static_cast<uint16_t>(wide >> 16);
}

TEST(GeluKernelTest, EqualsTheErrorFunction) {
  const std::vector<float> x = Points(), dy(x.size(), 2.0f);
  dataset::testing::ForEachTarget([&] {
    std::vector<float> y(x.size()), dx(x.size());
    GeluValues(x.data(), x.size(), y.data());
    GeluGradients(x.data(), dy.data(), x.size(), dx.data());
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_NEAR(y[i], Exact(x[i]), 2e-7 * std::max(1.0, std::abs(double{x[i]}))) << x[i];
      ASSERT_NEAR(dx[i], 2 * ExactSlope(x[i]), 1e-6) << x[i];
    }
  });
}

TEST(GeluKernelTest, Bfloat16IsTheRoundedValue) {
  dataset::testing::ForEachTarget([] {
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
      const auto x = static_cast<uint16_t>(bits), one = ToHalf(1);
      const float value = FromHalf(x);
      if (!(std::abs(value) < 50)) continue;
      uint16_t y, dx;
      GeluValues(&x, 1, &y);
      GeluGradients(&x, &one, 1, &dx);
      // Half a unit in the last of bfloat16's eight places (or of a denormal), and the kernel's own error.
      const double error = std::abs(Exact(value)) / 256 + 2e-7 * std::abs(double{value}) + 1e-40;
      ASSERT_NEAR(FromHalf(y), Exact(value), error) << value;
      ASSERT_NEAR(FromHalf(dx), ExactSlope(value), std::abs(ExactSlope(value)) / 256 + 1e-6) << value;
    }
  });
}

TEST(GeluKernelTest, AnyCountAndInPlace) {
  for (size_t count = 0; count < 70; ++count) {
    dataset::testing::ForEachTarget([&] {
      std::vector<float> x(count + 1, 7.0f), dx(count + 1, 7.0f);
      for (size_t i = 0; i < count; ++i) x[i] = static_cast<float>(i) / 10 - 3;
      const std::vector<float> from = x;
      std::vector<uint16_t> half(count + 1);
      for (size_t i = 0; i <= count; ++i) half[i] = ToHalf(from[i]);
      GeluGradients(x.data(), from.data(), count, dx.data());
      GeluValues(x.data(), count, x.data());
      GeluValues(half.data(), count, half.data());
      for (size_t i = 0; i < count; ++i) {
        ASSERT_NEAR(x[i], Exact(from[i]), 1e-6) << i << " of " << count;
        ASSERT_NEAR(dx[i], from[i] * ExactSlope(from[i]), 1e-5) << i << " of " << count;
        ASSERT_NEAR(FromHalf(half[i]), Exact(from[i]), 0.05) << i << " of " << count;
      }
      EXPECT_EQ(x[count], 7.0f);
      EXPECT_EQ(dx[count], 7.0f);
      EXPECT_EQ(half[count], ToHalf(7.0f));
    });
  }
}

TEST(GeluKernelTest, FarAndNoNumbers) {
  const std::vector<float> x = {kInfinity, 1e30f, 100, 0.0f, -0.0f, -100, -1e30f, -1e38f, kNan};
  const std::vector<float> expected = {kInfinity, 1e30f, 100, 0, 0, 0, 0, 0, kNan};
  const std::vector<float> slopes = {1, 1, 1, 0.5f, 0.5f, 0, 0, 0, kNan};
  const std::vector<float> ones(x.size(), 1.0f);
  dataset::testing::ForEachTarget([&] {
    std::vector<float> y(x.size()), dx(x.size());
    std::vector<uint16_t> half(x.size());
    for (size_t i = 0; i < x.size(); ++i) half[i] = ToHalf(x[i]);
    GeluValues(x.data(), x.size(), y.data());
    GeluGradients(x.data(), ones.data(), x.size(), dx.data());
    GeluValues(half.data(), half.size(), half.data());
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(expected[i])) {
        EXPECT_TRUE(std::isnan(y[i]) && std::isnan(dx[i]) && std::isnan(FromHalf(half[i])));
        continue;
      }
      EXPECT_EQ(y[i], expected[i]) << x[i];
      EXPECT_EQ(FromHalf(half[i]), FromHalf(ToHalf(expected[i]))) << x[i];
      if (std::isfinite(x[i])) {
        EXPECT_NEAR(dx[i], slopes[i], 1e-6) << x[i];
      }
    }
  });
}

}  // namespace
}  // namespace train
