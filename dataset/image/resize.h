#pragma once

#include <cstdint>

#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

enum class Interpolation {
  kAuto,   // averages areas along a side that shrinks, cubic along one that grows
  kArea,   // averages areas along both sides
  kQuick,  // linear; antialiased along a side that shrinks
  // OpenCV's methods, unchanged; they alias if a side shrinks.
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

// Resizes the part `from` of `source` to width x height pixels. *out must be another image. OpenCV's methods take only
// parts of whole pixels. Thread-safe.
void ResizeImage(ImageView source, const FineRect& from, int width, int height, Interpolation interpolation,
                 Image* out);
// The same; row y of the result, width * channels bytes, begins at out + y * stride.
void ResizeImage(ImageView source, const FineRect& from, int width, int height, Interpolation interpolation,
                 uint8_t* out, size_t stride);

// Returns how many pixels along a side a JPEG must keep when it is decoded at a reduced DCT scale before it is resized
// to `side` pixels; 0: it must be decoded in full. The result then nearly equals that of the full picture: a reduced
// scale averages areas as kAuto and kArea do, and for kQuick two and a half decoded pixels for each target pixel are
// enough (mean error below 1 of 255).
int LeastDecodedSide(int side, Interpolation interpolation);

// Returns the size of a width x height picture whose short side becomes `short_side`: the aspect is kept, a smaller
// picture is not enlarged, and sides are at least 1.
Size ShortSideSize(int width, int height, int short_side);

}  // namespace dataset
