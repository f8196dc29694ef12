#include "dataset/image/deep_image.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "dataset/base/error.h"

namespace dataset {
namespace {

template <typename Value>
DeepImage Row(const std::vector<Value>& values) {
  constexpr auto kType = std::is_floating_point_v<Value> ? DeepImage::Type::kFloat32
                         : std::is_signed_v<Value>       ? DeepImage::Type::kInt16
                                                         : DeepImage::Type::kUint16;
  DeepImage deep;
  deep.Reset(1, static_cast<int>(values.size()), 1, kType);
  std::memcpy(deep.row(0), values.data(), values.size() * sizeof(Value));
  return deep;
}

std::vector<int> Bytes(const DeepImage& deep, const Depth& depth) {
  Image image;
  ToBytes(deep, depth, &image);
  return {image.data(), image.data() + image.bytes()};
}

std::vector<uint16_t> AllOf16Bits() {
  std::vector<uint16_t> all(65536);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  return all;
}

TEST(DeepImageTest, BitsTakeTheHighEight) {
  const DeepImage all = Row(AllOf16Bits());
  for (int bits = 8; bits <= 16; ++bits) {
    const std::vector<int> bytes = Bytes(all, Depth::Bits(bits));
    for (int value = 0; value < 65536; ++value) {
      const int high = std::min(value, (1 << bits) - 1) >> (bits - 8);
      ASSERT_EQ(bytes[static_cast<size_t>(value)], high) << bits << " bits of " << value;
    }
  }
  EXPECT_EQ(Bytes(all, {}), Bytes(all, Depth::Bits(16)));
}

TEST(DeepImageTest, ARangeTellsWhatBecomesBlackAndWhite) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(Bytes(Row<float>({-1, 0, 0.25, 0.5, 0.999f, 1, 7, nan, inf, -inf}), Depth::Range(0, 1)),
            (std::vector<int>{0, 0, 64, 128, 255, 255, 255, 0, 255, 0}));
  EXPECT_EQ(Bytes(Row<int16_t>({-32768, -160, -110, 40, 240, 32767}), Depth::Range(-160, 240)),
            (std::vector<int>{0, 0, 32, 128, 255, 255}));
  // By numpy: np.clip(np.floor((v - 30000) * (256 / (30100 - 30000))), 0, 255).
  EXPECT_EQ(Bytes(Row<uint16_t>({29999, 30000, 30001, 30037, 30099, 30100, 65535}), Depth::Range(30000, 30100)),
            (std::vector<int>{0, 0, 2, 94, 253, 255, 255}));
  EXPECT_EQ(Bytes(Row<float>({3, 5, nan, 4, inf}), Depth::Own()), (std::vector<int>{0, 255, 0, 128, 255}));
  EXPECT_EQ(Bytes(Row<uint16_t>({77, 77}), Depth::Own()), (std::vector<int>{0, 0})) << "all of one value";
}

TEST(DeepImageTest, ValuesOfWhichNoneIsFiniteAreNoPicture) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  for (const auto& depth : {Depth::Own(), Depth::Range(0, 1), Depth::Bits(12), Depth()}) {
    for (const auto& values : {std::vector<float>{nan, nan}, {inf, inf}, {nan, -inf}}) {
      try {
        Bytes(Row(values), depth);
        ADD_FAILURE();
      } catch (const Error& error) {
        EXPECT_EQ(std::string(error.what()), "holds no finite number: all values are NaN or infinite");
      }
    }
  }
  EXPECT_EQ(Bytes(Row<float>({7, nan}), Depth::Range(0, 1)), (std::vector<int>{255, 0}));
  EXPECT_EQ(Bytes(Row<float>({7, 8}), Depth::Range(0, 1)), (std::vector<int>{255, 255})) << "outside, but numbers";
}

// Floats that other programs made of bytes become these bytes again.
TEST(DeepImageTest, FloatsOfBytesBecomeTheBytes) {
  std::vector<float> unit, both, whole;
  std::vector<int> bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(i);
    unit.push_back(static_cast<float>(i) / 255);
    both.push_back(static_cast<float>(i) / 127.5f - 1);
    whole.push_back(static_cast<float>(i));
  }
  EXPECT_EQ(Bytes(Row(unit), Depth::Range(0, 1)), bytes);
  EXPECT_EQ(Bytes(Row(both), Depth::Range(-1, 1)), bytes);
  EXPECT_EQ(Bytes(Row(whole), Depth::Bits(8)), bytes);
}

TEST(DeepImageTest, WhiteMayBeTheLowestValue) {
  DeepImage deep = Row<uint16_t>({0, 4095});
  deep.inverted = true;
  EXPECT_EQ(Bytes(deep, Depth::Bits(12)), (std::vector<int>{255, 0}));
}

TEST(DeepImageTest, SaysWhetherValuesLieOutside) {
  Image image;
  EXPECT_FALSE(ToBytes(Row<uint16_t>({0, 4095}), Depth::Bits(12), &image));
  EXPECT_TRUE(ToBytes(Row<uint16_t>({0, 4097}), Depth::Bits(12), &image));
  EXPECT_TRUE(ToBytes(Row<float>({0, std::nanf("")}), Depth::Range(0, 1), &image));
  EXPECT_FALSE(ToBytes(Row<uint16_t>({0, 65535}), {}, &image));
}

TEST(DeepImageTest, OnlyUnsignedIntegersHaveAHighByte) {
  Image image;
  for (const DeepImage& deep : {Row<float>({0, 1}), Row<int16_t>({0, 1})}) {
    try {
      ToBytes(deep, {}, &image);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("`depth`"), std::string::npos) << error.what();
    }
  }
}

TEST(DeepImageTest, TheExtentIsThatOfNumbers) {
  const float nan = std::nanf(""), inf = std::numeric_limits<float>::infinity();
  const ValueExtent extent = ExtentOf(Row<float>({nan, 2, -3.5, inf, -inf, 1}));
  EXPECT_EQ(extent.low, -3.5);
  EXPECT_EQ(extent.high, 2);
  EXPECT_TRUE(ExtentOf(Row<float>({nan, inf})).empty());
  EXPECT_EQ(ExtentOf(Row<int16_t>({-5, 5})).low, -5);
  ValueExtent sum;
  sum.Add({1, 2});
  sum.Add({});
  sum.Add({-1, 0});
  EXPECT_EQ(sum.low, -1);
  EXPECT_EQ(sum.high, 2);
  std::vector<float> values;
  AppendValues(Row(AllOf16Bits()), 4, &values);
  AppendValues(Row<float>({nan, 7}), 100, &values);
  EXPECT_EQ(values, (std::vector<float>{0, 16384, 32768, 49152, 7}));
}

}  // namespace
}  // namespace dataset
