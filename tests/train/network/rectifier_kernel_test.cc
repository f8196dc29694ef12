#include "train/network/rectifier_kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "tests/dataset/image/targets.h"

namespace train {
namespace {

float FromBits(uint16_t bits) {
  const uint32_t wide = uint32_t{bits} << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

std::vector<uint16_t> AllBits() {
  std::vector<uint16_t> all(0x10000);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  return all;
}

constexpr uint16_t kLimits[] = {kBfloat16Six, kBfloat16Infinity};

TEST(RectifierKernelTest, ValuesEqualThoseOfFloats) {
  const std::vector<uint16_t> x = AllBits();
  dataset::testing::ForEachTarget([&] {
    for (const uint16_t limit : kLimits) {
      std::vector<uint16_t> y(x.size());
      RectifiedValues(x.data(), x.size(), limit, y.data());
      for (size_t i = 0; i < x.size(); ++i) {
        const float value = FromBits(x[i]);
        if (std::isnan(value)) {
          ASSERT_EQ(y[i], x[i]);
        } else {
          ASSERT_EQ(FromBits(y[i]), std::min(std::max(value, 0.0f), FromBits(limit))) << value;
        }
      }
    }
  });
}

TEST(RectifierKernelTest, GradientsPassBetweenTheLimits) {
  const std::vector<uint16_t> x = AllBits(), dy(x.size(), 0x4040);
  dataset::testing::ForEachTarget([&] {
    for (const uint16_t limit : kLimits) {
      std::vector<uint16_t> y(x.size()), dx(x.size());
      RectifiedValues(x.data(), x.size(), limit, y.data());
      RectifiedGradients(y.data(), dy.data(), y.size(), limit, dx.data());
      for (size_t i = 0; i < x.size(); ++i) {
        const float value = FromBits(x[i]);
        const bool passes = std::isnan(value) || (value > 0 && value < FromBits(limit));
        ASSERT_EQ(dx[i], passes ? 0x4040 : 0) << value;
      }
    }
  });
}

TEST(RectifierKernelTest, AnyCountAndInPlace) {
  const std::vector<uint16_t> all = AllBits();
  std::vector<uint16_t> expected(200);
  RectifiedValues(all.data() + 0x4080, expected.size(), kBfloat16Six, expected.data());
  dataset::testing::ForEachTarget([&] {
    for (size_t count = 0; count <= expected.size(); ++count) {
      std::vector<uint16_t> values(all.begin() + 0x4080, all.begin() + 0x4080 + 201);
      RectifiedValues(values.data(), count, kBfloat16Six, values.data());
      ASSERT_TRUE(std::equal(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), expected.begin()));
      ASSERT_EQ(values[count], all[0x4080 + count]) << "one past the end of " << count;
    }
  });
}

}  // namespace
}  // namespace train
