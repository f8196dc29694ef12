#pragma once

#include <cstddef>
#include <cstdint>

#include "dataset/image/axis_filter.h"
#include "dataset/image/image.h"

namespace dataset {

struct Resampling {
  Size size;      // size of the result in pixels
  Filter across;  // along rows
  Filter down;    // along columns
  Mirror mirror = Mirror::kNo;
};

// Maps bytes of channel c to floats: byte x becomes x * a[c] + b[c], product and sum each rounded to float.
struct PlaneScale {
  float a[3] = {1, 1, 1};
  float b[3] = {0, 0, 0};
};

// Resizes the part `from` of `source` in both directions. Row y of the result, resampling.size.width pixels of the
// source's channels, begins at out + y * stride. The part must not be empty and must lie inside the source; pixels
// beside it have no influence. Weights have at least 14 bits, values between the two directions 6 fraction bits. All
// processors give the same bytes. Thread-safe; each thread keeps scratch memory until it ends.
void ResampleToBytes(ImageView source, const FineRect& from, const Resampling& resampling, uint8_t* out, size_t stride);

// Converts pixels of 1 or 3 channels (bytes, HWC, without padding) to one plane of floats per channel (CHW). `out`
// holds size.width * size.height * channels values. Thread-safe.
void SpreadToPlanes(const uint8_t* pixels, Size size, int channels, const PlaneScale& scale, float* out);

}  // namespace dataset
