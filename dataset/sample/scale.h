#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/image/image.h"

namespace dataset {

// The order of pixels in memory: height, width, channel or channel, height, width.
enum class PixelLayout { kHwc, kChw };

// The map from bytes to stored values: value = byte * a[channel] + b[channel]. `a` and `b` have one number for each
// channel.
struct Scale {
  std::string mode;   // unit, signed, standard
  std::string dtype;  // float32, float16
  std::vector<float> a;
  std::vector<float> b;
  bool exact = false;  // values outside of the range of bytes are refused, not clamped
};

// The affine of `mode` (unit, signed, standard; byte: none) in `dtype`, for 1 channel or else for 3 (proto/FORMAT.md,
// section 4, Stores). mean and std are those of `standard`, one a channel in units of 255.
Scale MakeScale(std::string_view mode, std::string_view dtype, uint32_t channels, const std::vector<double>& mean,
                const std::vector<double>& stddev);

// ImageNet's mean and standard deviation of each channel, in units of 255. For one channel these are the averages of
// the three.
std::vector<double> ImageNetMean(uint32_t channels);
std::vector<double> ImageNetStd(uint32_t channels);

// Bytes of one value of `dtype`; 0: no such type.
uint32_t ValueBytes(std::string_view dtype);

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
