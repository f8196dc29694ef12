#include "dataset/image/color.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace dataset {

void ConvertChannels(const uint8_t* in, int in_channels, size_t pixels, int out_channels, uint8_t* out) {
  if (in_channels == out_channels) {
    std::memcpy(out, in, pixels * static_cast<size_t>(in_channels));
  } else if (in_channels == 3) {
    for (size_t i = 0; i < pixels; ++i) out[i] = Luma(in[3 * i], in[3 * i + 1], in[3 * i + 2]);
  } else {
    for (size_t i = 0; i < pixels; ++i) out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = in[i];
  }
}

void FillPixels(const std::array<uint8_t, 3>& colour, int channels, size_t pixels, uint8_t* out) {
  if (channels == 1) {
    std::memset(out, Luma(colour[0], colour[1], colour[2]), pixels);
  } else {
    for (size_t i = 0; i < pixels; ++i) std::memcpy(out + 3 * i, colour.data(), 3);
  }
}

void Saturate(double factor, std::span<uint8_t> rgb) {
  const int fixed = static_cast<int>(std::lround(factor * 65536));
  for (size_t i = 0; i < rgb.size(); i += 3) {
    const int grey = Luma(rgb[i], rgb[i + 1], rgb[i + 2]);
    for (size_t c = i; c < i + 3; ++c) {
      const int value = grey + ((fixed * (rgb[c] - grey) + 32768) >> 16);
      rgb[c] = static_cast<uint8_t>(std::clamp(value, 0, 255));
    }
  }
}

void RotateHue(double turns, std::span<uint8_t> rgb) {
  const float sixths = static_cast<float>(6 * turns);
  for (size_t i = 0; i < rgb.size(); i += 3) {
    const float red = rgb[i], green = rgb[i + 1], blue = rgb[i + 2];
    const float most = std::max({red, green, blue}), range = most - std::min({red, green, blue});
    if (range == 0) continue;
    const float hue = most == red     ? (green - blue) / range
                      : most == green ? 2 + (blue - red) / range
                                      : 4 + (red - green) / range;
    // Going round the wheel, a channel is at its maximum for two sixths, falls for one, is at its minimum for two and
    // rises for one.
    const auto channel = [&](float offset) {
      float place = hue + sixths + offset;  // -3 ... 13
      if (place < 0) place += 6;
      if (place >= 6) place -= 6;
      if (place >= 6) place -= 6;
      return static_cast<uint8_t>(most - range * std::clamp(std::min(place, 4 - place), 0.0f, 1.0f) + 0.5f);
    };
    rgb[i] = channel(5);
    rgb[i + 1] = channel(3);
    rgb[i + 2] = channel(1);
  }
}

void LabToRgb(std::span<uint8_t> pixels) {
  constexpr float kWhite[] = {0.96422f, 1, 0.82521f};  // D50
  // XYZ of D50 to linear sRGB, adapted to its white by Bradford's method.
  constexpr float kMatrix[3][3] = {{3.1338561f, -1.6168667f, -0.4906146f},
                                   {-0.9787684f, 1.9161415f, 0.0334540f},
                                   {0.0719453f, -0.2289914f, 1.4052427f}};
  constexpr float kEdge = 6.f / 29;  // the curve is a line below it
  for (size_t i = 0; i < pixels.size(); i += 3) {
    const float y = (static_cast<float>(pixels[i]) * 100 / 255 + 16) / 116;
    const float cube_roots[] = {y + static_cast<float>(static_cast<int8_t>(pixels[i + 1])) / 500, y,
                                y - static_cast<float>(static_cast<int8_t>(pixels[i + 2])) / 200};
    float xyz[3];
    for (size_t c = 0; c < 3; ++c) {
      const float root = cube_roots[c];
      xyz[c] = kWhite[c] * (root > kEdge ? root * root * root : 3 * kEdge * kEdge * (root - 4.f / 29));
    }
    for (size_t c = 0; c < 3; ++c) {
      const float sum = kMatrix[c][0] * xyz[0] + kMatrix[c][1] * xyz[1] + kMatrix[c][2] * xyz[2];
      const float linear = std::clamp(sum, 0.f, 1.f);
      const float value = linear <= 0.0031308f ? 12.92f * linear : 1.055f * std::pow(linear, 1 / 2.4f) - 0.055f;
      pixels[i + c] = static_cast<uint8_t>(std::lround(255 * value));
    }
  }
}

std::array<double, 3> LightingShift(const std::array<double, 3>& weights) {
  constexpr double kValues[] = {0.2175, 0.0188, 0.0045};
  constexpr double kVectors[][3] = {{-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}};
  std::array<double, 3> shift{};
  for (size_t c = 0; c < 3; ++c) {
    for (size_t i = 0; i < 3; ++i) shift[c] += 255 * kVectors[c][i] * kValues[i] * weights[i];
  }
  return shift;
}

}  // namespace dataset
