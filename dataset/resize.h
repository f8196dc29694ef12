#pragma once

#include <cstdint>

#include "dataset/image.h"

namespace dataset {

enum class Interpolation {
  kAuto,    // areas averaged along a side that shrinks, cubic along one that grows
  kLinear,  // the same, but linear along one that grows: cheaper
};

// Resizes the part `from` of `source` to width x height pixels of `out`, another image. Free of aliasing. Thread-safe.
void ResizeImage(const Image& source, const Rect& from, int width, int height, Interpolation interpolation, Image* out);
// The same into a buffer of height x width x channels bytes.
void ResizeImage(const Image& source, const Rect& from, int width, int height, Interpolation interpolation,
                 uint8_t* out);

// The size that a width x height picture gets from "short side N": aspect kept, never enlarged, sides at least 1.
struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};
Size ShortSideSize(int width, int height, int short_side);

}  // namespace dataset
