#pragma once

#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

// How a picture is fitted to the square that a model sees.
enum class SquareFit {
  kCrop,     // the short side becomes eval_resize, larger or smaller; then the square is cut out of the centre
  kPad,      // the long side becomes the side of the square; the rest is filled
  kStretch,  // the whole picture becomes the square; the aspect is lost
};
constexpr auto EnumNames(SquareFit) {
  return NameTable<SquareFit, 3>{
      {{SquareFit::kCrop, "crop"}, {SquareFit::kPad, "pad"}, {SquareFit::kStretch, "stretch"}}};
}

// `part` of an upright picture is resized to fill `place` of the square.
struct SquarePlacement {
  Rect part;   // in pixels of the picture
  Rect place;  // in pixels of the square
};

// Places a picture of width x height pixels, each at least 1, in a square of `size` pixels a side. `eval_resize` is
// used by kCrop alone and must be at least `size`.
SquarePlacement PlaceInSquare(SquareFit fit, int size, int eval_resize, int width, int height);

}  // namespace dataset
