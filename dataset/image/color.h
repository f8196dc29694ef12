#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dataset {

// round(0.299 R + 0.587 G + 0.114 B), in libjpeg's fixed point.
inline uint8_t Luma(uint8_t red, uint8_t green, uint8_t blue) {
  return static_cast<uint8_t>((19595u * red + 38470u * green + 7471u * blue + 32768u) >> 16);
}

// 1 to 3 channels by repeating, 3 to 1 by Luma, or a copy. `out` does not overlap `in`.
void ConvertChannels(const uint8_t* in, int in_channels, size_t pixels, int out_channels, uint8_t* out);

// `pixels` pixels of one colour; on one channel its luma.
void FillPixels(const std::array<uint8_t, 3>& colour, int channels, size_t pixels, uint8_t* out);

// Of RGB pixels, in place, rounded and clamped:
// each colour's distance from its grey times `factor`, within 0 ... 100, as torchvision's adjust_saturation;
void Saturate(double factor, std::span<uint8_t> rgb);
// each hue turned by `turns` of HSV's wheel, within -0.5 ... 0.5, with value and saturation kept, as torchvision's
// adjust_hue on floats.
void RotateHue(double turns, std::span<uint8_t> rgb);

// What AlexNet's PCA lighting (Krizhevsky et al. 2012) adds to red, green and blue, in bytes' units: ImageNet's
// eigenvectors times its eigenvalues times `weights`.
std::array<double, 3> LightingShift(const std::array<double, 3>& weights);

}  // namespace dataset
