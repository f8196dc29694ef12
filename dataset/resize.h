#pragma once

#include <cstdint>

#include "dataset/image.h"

namespace dataset {

enum class Interpolation {
  kAuto,   // areas averaged along a side that shrinks, cubic along one that grows
  kArea,   // areas averaged
  kQuick,  // linear; antialiased along a side that shrinks
  // OpenCV's, as they are; they alias when they shrink.
  kNearest,
  kLinear,
  kCubic,
  kLanczos,
};

// Resizes the part `from` of `source` to width x height pixels of `out`, another image. Thread-safe.
void ResizeImage(const Image& source, const Rect& from, int width, int height, Interpolation interpolation, Image* out);
// The same into rows of width x channels bytes, `stride` bytes apart.
void ResizeImage(const Image& source, const Rect& from, int width, int height, Interpolation interpolation,
                 uint8_t* out, size_t stride);

// The size that a width x height picture gets from "short side N": aspect kept, never enlarged, sides at least 1.
Size ShortSideSize(int width, int height, int short_side);

}  // namespace dataset
