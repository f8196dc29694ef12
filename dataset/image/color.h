#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dataset {

// Returns round(0.299 R + 0.587 G + 0.114 B), computed in libjpeg's fixed point.
inline uint8_t Luma(uint8_t red, uint8_t green, uint8_t blue) {
  return static_cast<uint8_t>((19595u * red + 38470u * green + 7471u * blue + 32768u) >> 16);
}

// Converts interleaved pixels between 1 and 3 channels: grey is repeated, colour becomes its luma, equal numbers are
// copied. `out` holds pixels * out_channels bytes and must not overlap `in`.
void ConvertChannels(const uint8_t* in, int in_channels, size_t pixels, int out_channels, uint8_t* out);

// Sets `pixels` pixels to one colour; with one channel, to its luma.
void FillPixels(const std::array<uint8_t, 3>& colour, int channels, size_t pixels, uint8_t* out);

// Multiplies the distance of each RGB pixel from its grey by `factor`, 0 ... 100, in place, as torchvision's
// adjust_saturation does. Results are rounded and clamped to bytes.
void Saturate(double factor, std::span<uint8_t> rgb);
// Turns the hue of each RGB pixel by `turns` of HSV's colour wheel, -0.5 ... 0.5, in place; value and saturation are
// kept. As torchvision's adjust_hue does on floats. Results are rounded to bytes.
void RotateHue(double turns, std::span<uint8_t> rgb);

// Converts pixels of CIELab, as TIFF's 8 bits have it (L of 0 ... 255 for 0 ... 100, a and b with a sign), to sRGB in
// place. Their white becomes white.
void LabToRgb(std::span<uint8_t> pixels);

// Returns the shift of red, green and blue, in levels of 0 ... 255, of AlexNet's PCA lighting (Krizhevsky et al. 2012):
// the sum of ImageNet's three eigenvectors, each times its eigenvalue and its weight.
std::array<double, 3> LightingShift(const std::array<double, 3>& weights);

}  // namespace dataset
