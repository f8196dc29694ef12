#pragma once

#include <cstdint>

namespace dataset {

// width x height x channels bytes, HWC, in place. Thread-safe.

// Gaussian of `sigma` pixels, 0.01 ... 100, over the nearest 2 ceil(3 sigma) + 1, mirrored at the edges without the
// edge pixel, as torchvision's gaussian_blur.
void Blur(double sigma, int width, int height, int channels, uint8_t* pixels);

// Each pixel's distance from the mean of its neighbourhood (itself five-fold) times `factor`, as torchvision's
// adjust_sharpness; pixels at the edge are left as they are.
void Sharpen(double factor, int width, int height, int channels, uint8_t* pixels);

}  // namespace dataset
