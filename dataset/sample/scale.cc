#include "dataset/sample/scale.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>

#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"

namespace dataset {
namespace {

constexpr double kImageNetMean[3] = {0.485, 0.456, 0.406};
constexpr double kImageNetStd[3] = {0.229, 0.224, 0.225};
constexpr uint32_t kValues = 256;

std::vector<double> OfChannels(const double (&values)[3], uint32_t channels) {
  if (channels == 1) return {(values[0] + values[1] + values[2]) / 3};
  return {values[0], values[1], values[2]};
}

// Returns the index into scale.a and scale.b for a picture's channel. A grey picture in a dataset that also has colour
// uses the first one.
size_t ChannelOf(const Scale& scale, int channel) { return std::min<size_t>(channel, scale.a.size() - 1); }

template <typename T>
T FromFloat(float value) {
  if constexpr (sizeof(T) == 2) {
    return HalfFromFloat(value);
  } else {
    return value;
  }
}

template <typename T>
float ToFloat(T value) {
  if constexpr (sizeof(T) == 2) {
    return FloatFromHalf(value);
  } else {
    return value;
  }
}

template <typename T>
void Encode(const Image& picture, const Scale& scale, char* out) {
  const size_t pixels = static_cast<size_t>(picture.height()) * picture.width();
  const int channels = picture.channels();
  for (int c = 0; c < channels; ++c) {
    const size_t k = ChannelOf(scale, c);
    std::array<T, kValues> table;
    for (uint32_t byte = 0; byte < kValues; ++byte) {
      table[byte] = FromFloat<T>(static_cast<float>(byte) * scale.a[k] + scale.b[k]);
    }
    const uint8_t* from = picture.data() + c;
    for (size_t i = 0; i < pixels; ++i, from += channels, out += sizeof(T)) StoreLittleEndian(table[*from], out);
  }
}

template <typename T>
void Decode(const char* values, PixelLayout layout, const Scale& scale, Image* out) {
  const size_t pixels = static_cast<size_t>(out->height()) * out->width();
  const int channels = out->channels();
  const size_t step = layout == PixelLayout::kChw ? 1 : static_cast<size_t>(channels);
  bool bytes = true;
  for (int c = 0; c < channels; ++c) {
    const size_t k = ChannelOf(scale, c);
    const float a = scale.a[k], b = scale.b[k];
    const char* from = values + (layout == PixelLayout::kChw ? c * pixels : c) * sizeof(T);
    uint8_t* to = out->data() + c;
    for (size_t i = 0; i < pixels; ++i, to += channels, from += step * sizeof(T)) {
      const float byte = (ToFloat(LoadLittleEndian<T>(from)) - b) / a;
      bytes &= byte >= -0.5f && byte <= 255.5f;
      // The comparison also turns a NaN into 0.
      *to = static_cast<uint8_t>((byte > 0 ? std::min(byte, 255.0f) : 0.0f) + 0.5f);
    }
  }
  if (scale.exact && !bytes) {
    throw Error("a value is out of the range that the first records have, " + scale.mode +
                "; name theirs with --scale");
  }
}

}  // namespace

Scale MakeScale(std::string_view mode, std::string_view dtype, uint32_t channels, const std::vector<double>& mean,
                const std::vector<double>& stddev) {
  Scale scale{std::string(mode), std::string(dtype), {}, {}};
  const uint32_t size = channels == 1 ? 1 : 3;
  assert(mode != "standard" || (mean.size() == size && stddev.size() == size));
  for (uint32_t c = 0; c < size; ++c) {
    double a = 1.0 / 255, b = 0;
    if (mode == "byte") {
      a = 1;
    } else if (mode == "signed") {
      a = 1.0 / 127.5;
      b = -1;
    } else if (mode == "standard") {
      a = 1 / (255 * stddev[c]);
      b = -mean[c] / stddev[c];
    }
    scale.a.push_back(static_cast<float>(a));
    scale.b.push_back(static_cast<float>(b));
  }
  return scale;
}

std::vector<double> ImageNetMean(uint32_t channels) { return OfChannels(kImageNetMean, channels); }
std::vector<double> ImageNetStd(uint32_t channels) { return OfChannels(kImageNetStd, channels); }

uint32_t ValueBytes(std::string_view dtype) {
  if (dtype == "float32") return 4;
  if (dtype == "float16") return 2;
  return dtype == "uint8" ? 1 : 0;
}

void EncodeValues(const Image& picture, const Scale& scale, std::string* out) {
  const uint32_t value_bytes = ValueBytes(scale.dtype);
  out->resize(picture.bytes() * value_bytes);
  value_bytes == 2 ? Encode<uint16_t>(picture, scale, out->data()) : Encode<float>(picture, scale, out->data());
}

void DecodeValues(std::string_view values, PixelLayout layout, const Scale& scale, Image* out) {
  const uint32_t value_bytes = ValueBytes(scale.dtype);
  assert(values.size() == out->bytes() * value_bytes);
  value_bytes == 2 ? Decode<uint16_t>(values.data(), layout, scale, out)
                   : Decode<float>(values.data(), layout, scale, out);
}

uint16_t HalfFromFloat(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint16_t sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
  const uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 leaves the rounded result, in units of 2^-24, in the low bits of the sum.
    const float sum = std::bit_cast<float>(magnitude) + 0.5f;
    return sign | static_cast<uint16_t>(std::bit_cast<uint32_t>(sum) - std::bit_cast<uint32_t>(0.5f));
  }
  const uint32_t odd = magnitude >> 13 & 1;
  return sign | static_cast<uint16_t>((magnitude - (uint32_t{112} << 23) + 0xfff + odd) >> 13);
}

float FloatFromHalf(uint16_t half) {
  const float sign = half & 0x8000 ? -1.0f : 1.0f;
  const uint32_t exponent = half >> 10 & 0x1f;
  const uint32_t fraction = half & 0x3ff;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return std::bit_cast<float>((static_cast<uint32_t>(half & 0x8000) << 16) |
                              (exponent == 31 ? 0x7f800000 : (exponent + 112) << 23) | fraction << 13);
}

}  // namespace dataset
