#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

// The order of pixels in memory: height, width, channel or channel, height, width.
enum class PixelLayout { kHwc, kChw };
constexpr auto EnumNames(PixelLayout) {
  return NameTable<PixelLayout, 2>{{{PixelLayout::kHwc, "hwc"}, {PixelLayout::kChw, "chw"}}};
}
// Returns the layout's name in records: HWC or CHW.
std::string LayoutText(PixelLayout layout);

// How a stored value is computed from a byte (proto/FORMAT.md, section 4).
enum class ScaleMode {
  kByte,      // the byte itself; only in other programs' records
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

// The map from bytes to stored values: value = byte * a[channel] + b[channel]. `a` and `b` have one number for each
// channel.
struct Scale {
  ScaleMode mode = ScaleMode::kUnit;
  ValueType dtype = ValueType::kFloat32;
  std::vector<float> a;
  std::vector<float> b;
  bool exact = false;  // values outside of the range of bytes are refused, not clamped
};

// Makes the scale of a mode (proto/FORMAT.md, section 4, Stores): for 1 channel if `channels` is 1, else for 3. `mean`
// and `stddev` are used by kStandard only; they have one number for each channel, in units of 255 (0.5 is the byte
// value 127.5).
Scale MakeScale(ScaleMode mode, ValueType dtype, uint32_t channels, const std::vector<double>& mean,
                const std::vector<double>& stddev);

// ImageNet's mean and standard deviation of each channel, in units of 255. For one channel these are the averages of
// the three.
std::vector<double> ImageNetMean(uint32_t channels);
std::vector<double> ImageNetStd(uint32_t channels);

// Returns the bytes of one value of `dtype`.
uint32_t ValueBytes(ValueType dtype);

// Sets *out to the values of all pixels, little-endian, in CHW.
void EncodeValues(const Image& picture, const Scale& scale, std::string* out);
// Sets the pixels of *out to the bytes that EncodeValues made `values` from. *out must have its shape already, and
// `values` the size of that shape. Throws Error (cause only, without a place) if the scale is exact and a value is more
// than half a byte out of the range 0 ... 255.
void DecodeValues(std::string_view values, PixelLayout layout, const Scale& scale, Image* out);

// Convert to and from IEEE 754 binary16, rounding to nearest even.
uint16_t HalfFromFloat(float value);
float FloatFromHalf(uint16_t half);

}  // namespace dataset
