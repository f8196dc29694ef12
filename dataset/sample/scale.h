#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/image/image.h"

namespace dataset {

enum class PixelLayout { kHwc, kChw };

// v = byte * a[channel] + b[channel]
struct Scale {
  std::string mode;   // unit, signed, standard
  std::string dtype;  // float32, float16
  std::vector<float> a;
  std::vector<float> b;
  bool exact = false;  // a value of no byte is refused, not clamped
};

// The affine of `mode` (unit, signed, standard; byte: none) in `dtype`, for 1 channel or else for 3 (proto/FORMAT.md,
// section 4, Stores). mean and std are those of `standard`, one a channel in units of 255.
Scale MakeScale(std::string_view mode, std::string_view dtype, uint32_t channels, const std::vector<double>& mean,
                const std::vector<double>& stddev);

// ImageNet's, one a channel in units of 255; for one channel the means of the three.
std::vector<double> ImageNetMean(uint32_t channels);
std::vector<double> ImageNetStd(uint32_t channels);

// Bytes of one value of `dtype`; 0: no such type.
uint32_t ValueBytes(std::string_view dtype);

// Little-endian values, channel after channel.
void EncodeValues(const Image& picture, const Scale& scale, std::string* out);
// The bytes that EncodeValues was given, in the shape that *out already has; `values` must be of its size. Throws Error
// (cause only) for a value of no byte if the scale is exact.
void DecodeValues(std::string_view values, PixelLayout layout, const Scale& scale, Image* out);

// IEEE 754 binary16, rounded to nearest even.
uint16_t HalfFromFloat(float value);
float FloatFromHalf(uint16_t half);

}  // namespace dataset
