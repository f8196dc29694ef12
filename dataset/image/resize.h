#pragma once

#include <cstdint>

#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

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
constexpr auto EnumNames(Interpolation) {
  return NameTable<Interpolation, 7>{{{Interpolation::kAuto, "auto"},
                                      {Interpolation::kArea, "area"},
                                      {Interpolation::kLinear, "linear"},
                                      {Interpolation::kCubic, "cubic"},
                                      {Interpolation::kLanczos, "lanczos"},
                                      {Interpolation::kNearest, "nearest"},
                                      {Interpolation::kQuick, "quick"}}};
}

// Resizes the part `from` of `source` to width x height pixels of `out`, another image. OpenCV takes whole pixels
// alone. Thread-safe.
void ResizeImage(ImageView source, const FineRect& from, int width, int height, Interpolation interpolation,
                 Image* out);
// The same into rows of width x channels bytes, `stride` bytes apart.
void ResizeImage(ImageView source, const FineRect& from, int width, int height, Interpolation interpolation,
                 uint8_t* out, size_t stride);

// A JPEG that will be resized to `side` pixels may be decoded at DCT scales that leave at least so many (0: in full),
// to nearly the pixels that the full picture would give: the scales average, as areas do, and a triangle of two and a
// half pixels or more hides how they do it (mean error below 1 of 255).
int LeastDecodedSide(int side, Interpolation interpolation);

// The size that a width x height picture gets from "short side N": aspect kept, never enlarged, sides at least 1.
Size ShortSideSize(int width, int height, int short_side);

}  // namespace dataset
