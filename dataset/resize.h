#pragma once

#include "dataset/image.h"

namespace dataset {

enum class Interpolation { kAuto, kNearest, kLinear, kCubic, kArea };

// Resizes the part `from` of `source` to width x height pixels of `out`. kAuto averages areas where both sides shrink and
// is cubic otherwise. Antialiased except kNearest. Thread-safe.
void ResizeImage(const Image& source, const Rect& from, int width, int height, Interpolation interpolation, Image* out);

// The size that a width x height picture gets from "short side N": aspect kept, never enlarged, sides at least 1.
struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};
Size ShortSideSize(int width, int height, int short_side);

}  // namespace dataset
