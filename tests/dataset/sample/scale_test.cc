#include "dataset/sample/scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dataset/base/little_endian.h"

namespace dataset {
namespace {

Scale Make(ScaleMode mode, ValueType dtype, uint32_t channels) {
  return MakeScale(mode, dtype, channels, ImageNetMean(channels), ImageNetStd(channels));
}

// The bit patterns are those of Python's struct.pack("e", x).
TEST(HalfTest, RoundsToNearestEven) {
  const struct {
    float value;
    uint16_t half;
  } cases[] = {
      {0.0f, 0x0000},
      {-0.0f, 0x8000},
      {1.0f, 0x3c00},
      {-2.0f, 0xc000},
      {1.0f / 255, 0x1c04},
      {1.0f / 3, 0x3555},
      {65504.0f, 0x7bff},
      {65519.0f, 0x7bff},
      {2049.0f, 0x6800},
      {2051.0f, 0x6802},
      {6.103515625e-05f, 0x0400},
      {6.097555160522461e-05f, 0x03ff},
      {5.960464477539063e-08f, 0x0001},
      {2.9802322387695312e-08f, 0x0000},
      {8.940696716308594e-08f, 0x0002},
      {6.1005353927612305e-05f, 0x0400},
  };
  for (const auto& [value, half] : cases) EXPECT_EQ(HalfFromFloat(value), half) << value;
  EXPECT_EQ(HalfFromFloat(65520.0f), 0x7c00);
  EXPECT_EQ(HalfFromFloat(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_TRUE(std::isnan(FloatFromHalf(HalfFromFloat(std::numeric_limits<float>::quiet_NaN()))));
}

TEST(HalfTest, EveryHalfSurvivesTheWayThroughFloat) {
  for (uint32_t half = 0; half < 0x10000; ++half) {
    const float value = FloatFromHalf(static_cast<uint16_t>(half));
    if (!std::isnan(value)) {
      ASSERT_EQ(HalfFromFloat(value), half);
    }
  }
}

TEST(HalfTest, HalfwayCasesGoToTheEvenNeighbour) {
  for (uint16_t half = 0; half < 0x7bff; ++half) {
    const float middle = (FloatFromHalf(half) + FloatFromHalf(half + 1)) / 2;
    ASSERT_EQ(HalfFromFloat(middle), half % 2 == 0 ? half : half + 1);
    ASSERT_EQ(HalfFromFloat(std::nextafter(middle, 0.0f)), half);
    ASSERT_EQ(HalfFromFloat(std::nextafter(middle, 1e9f)), half + 1);
  }
}

TEST(ScaleTest, AffinesAreThoseOfTheFormat) {
  EXPECT_FLOAT_EQ(Make(ScaleMode::kUnit, ValueType::kFloat32, 3).a[2], 1.0f / 255);
  EXPECT_FLOAT_EQ(Make(ScaleMode::kSigned, ValueType::kFloat32, 1).a[0], 1 / 127.5f);
  EXPECT_FLOAT_EQ(Make(ScaleMode::kSigned, ValueType::kFloat32, 0).b[2], -1);
  const Scale standard = Make(ScaleMode::kStandard, ValueType::kFloat32, 3);
  EXPECT_FLOAT_EQ(standard.a[0], 1 / (255 * 0.229f));
  EXPECT_FLOAT_EQ(standard.b[2], -0.406f / 0.225f);
  EXPECT_FLOAT_EQ(Make(ScaleMode::kStandard, ValueType::kFloat32, 1).b[0], -0.449f / 0.226f);
}

TEST(ScaleTest, ValuesAreChannelAfterChannel) {
  Image picture(1, 2, 3);
  const uint8_t pixels[] = {0, 51, 102, 255, 204, 153};
  std::copy(std::begin(pixels), std::end(pixels), picture.data());
  std::string values;
  EncodeValues(picture, Make(ScaleMode::kUnit, ValueType::kFloat32, 3), &values);
  ASSERT_EQ(values.size(), 24u);
  const float expected[] = {0, 1, 0.2f, 0.8f, 0.4f, 0.6f};
  for (int i = 0; i < 6; ++i) EXPECT_FLOAT_EQ(LoadLittleEndian<float>(values.data() + 4 * i), expected[i]);
}

TEST(ScaleTest, EveryByteIsRecoveredExactly) {
  for (const int channels : {1, 3}) {
    Image picture(16, 16, channels);
    for (int i = 0; i < 256; ++i) {
      for (int c = 0; c < channels; ++c) picture.data()[i * channels + c] = static_cast<uint8_t>(i + 85 * c);
    }
    for (const ScaleMode mode : {ScaleMode::kUnit, ScaleMode::kSigned, ScaleMode::kStandard}) {
      for (const ValueType dtype : {ValueType::kFloat32, ValueType::kFloat16}) {
        const Scale scale = Make(mode, dtype, static_cast<uint32_t>(channels));
        std::string values;
        EncodeValues(picture, scale, &values);
        EXPECT_EQ(values.size(), picture.bytes() * ValueBytes(dtype));
        Image decoded(16, 16, channels);
        DecodeValues(values, PixelLayout::kChw, scale, &decoded);
        EXPECT_TRUE(std::equal(picture.data(), picture.data() + picture.bytes(), decoded.data()))
            << NameOf(mode) << NameOf(dtype);
      }
    }
  }
}

TEST(ScaleTest, StrangeValuesBecomeBytes) {
  const float strange[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                           -std::numeric_limits<float>::infinity(), 1e30f, -5};
  const uint8_t expected[] = {0, 255, 0, 255, 0};
  Image decoded(1, 5, 1);
  DecodeValues({reinterpret_cast<const char*>(strange), sizeof(strange)}, PixelLayout::kChw,
               Make(ScaleMode::kUnit, ValueType::kFloat32, 1), &decoded);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(decoded.data()[i], expected[i]);
}

}  // namespace
}  // namespace dataset
