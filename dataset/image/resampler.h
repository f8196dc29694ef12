#pragma once

#include <cstddef>
#include <cstdint>

#include "dataset/image/axis_filter.h"
#include "dataset/image/image.h"

namespace dataset {

struct Resampling {
  Size size;      // of the result
  Filter across;  // of rows of pixels
  Filter down;
  Mirror mirror = Mirror::kNo;
};

// The affine of each channel: the value of byte x is x * a + b, the product and the sum rounded to float.
struct PlaneScale {
  float a[3] = {1, 1, 1};
  float b[3] = {0, 0, 0};
};

// Resizes the part `from` of `source`, which is not empty, in both directions at once; what lies beside the part has no
// influence. Weights have 14 bits or more, and the result is rounded to bytes once. The same bytes on all processors.
// Thread-safe; a thread keeps its scratch memory.

// To rows of `resampling.size.width` pixels of the source's channels, `stride` bytes apart.
void ResampleToBytes(ImageView source, const FineRect& from, const Resampling& resampling, uint8_t* out, size_t stride);

// Pixels of 1 or 3 channels without padding (HWC), scaled, to planes, one a channel (CHW).
void SpreadToPlanes(const uint8_t* pixels, Size size, int channels, const PlaneScale& scale, float* out);

}  // namespace dataset
