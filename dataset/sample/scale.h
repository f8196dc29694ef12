#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

enum class PixelLayout { kHwc, kChw };
constexpr auto EnumNames(PixelLayout) {
  return NameTable<PixelLayout, 2>{{{PixelLayout::kHwc, "hwc"}, {PixelLayout::kChw, "chw"}}};
}
// As records have it: HWC, CHW.
std::string LayoutText(PixelLayout layout);

// What a stored value is of a byte; FORMAT.md, section 4.
enum class ScaleMode {
  kByte,      // the byte itself; only other programs' records have it
  kUnit,      // byte / 255
  kSigned,    // byte / 127.5 - 1
  kStandard,  // (byte / 255 - mean) / std
};
constexpr auto EnumNames(ScaleMode) {
  return NameTable<ScaleMode, 4>{{{ScaleMode::kByte, "byte"},
                                  {ScaleMode::kUnit, "unit"},
                                  {ScaleMode::kSigned, "signed"},
                                  {ScaleMode::kStandard, "standard"}}};
}

enum class ValueType { kFloat32, kFloat16 };
constexpr auto EnumNames(ValueType) {
  return NameTable<ValueType, 2>{{{ValueType::kFloat32, "float32"}, {ValueType::kFloat16, "float16"}}};
}

// v = byte * a[channel] + b[channel]
struct Scale {
  ScaleMode mode = ScaleMode::kUnit;
  ValueType dtype = ValueType::kFloat32;
  std::vector<float> a;
  std::vector<float> b;
  bool exact = false;  // a value of no byte is refused, not clamped
};

// The affine of `mode` in `dtype`, for 1 channel or else for 3 (proto/FORMAT.md, section 4, Stores). mean and std are
// those of kStandard, one a channel in units of 255.
Scale MakeScale(ScaleMode mode, ValueType dtype, uint32_t channels, const std::vector<double>& mean,
                const std::vector<double>& stddev);

// ImageNet's, one a channel in units of 255; for one channel the means of the three.
std::vector<double> ImageNetMean(uint32_t channels);
std::vector<double> ImageNetStd(uint32_t channels);

// Bytes of one value of `dtype`.
uint32_t ValueBytes(ValueType dtype);

// Little-endian values, channel after channel.
void EncodeValues(const Image& picture, const Scale& scale, std::string* out);
// The bytes that EncodeValues was given, in the shape that *out already has; `values` must be of its size. Throws Error
// (cause only) for a value of no byte if the scale is exact.
void DecodeValues(std::string_view values, PixelLayout layout, const Scale& scale, Image* out);

// IEEE 754 binary16, rounded to nearest even.
uint16_t HalfFromFloat(float value);
float FloatFromHalf(uint16_t half);

}  // namespace dataset
