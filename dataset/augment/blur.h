#pragma once

#include <cstdint>

namespace dataset {

// Both functions change width * height * channels bytes, HWC, in place. Thread-safe; each thread keeps scratch memory.

// Blurs as torchvision's gaussian_blur does: a Gaussian of `sigma` pixels, 0.01 ... 100, whose kernel has
// 2 ceil(3 sigma) + 1 pixels a side. The picture is mirrored at its edges; the edge pixel is not repeated.
void Blur(double sigma, int width, int height, int channels, uint8_t* pixels);

// Sharpens as torchvision's adjust_sharpness does: multiplies each pixel's distance from the mean of its 3 x 3
// neighbourhood, in which it counts five times, by `factor`. Pixels at the edge stay as they are.
void Sharpen(double factor, int width, int height, int channels, uint8_t* pixels);

}  // namespace dataset
