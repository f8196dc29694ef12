#pragma once

#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

// How a picture comes into the square that a model sees.
enum class SquareFit {
  kCrop,     // the short side becomes eval_resize (also enlarging), then the centre square is cut out
  kPad,      // the long side becomes the square's, the rest is filled
  kStretch,  // all of it, aspect lost
};
constexpr auto EnumNames(SquareFit) {
  return NameTable<SquareFit, 3>{
      {{SquareFit::kCrop, "crop"}, {SquareFit::kPad, "pad"}, {SquareFit::kStretch, "stretch"}}};
}

// The part of an upright picture that fills the part `place` of the square.
struct SquarePlacement {
  Rect part;
  Rect place;
};

// For pictures of width x height pixels and a square of `size` pixels a side. eval_resize is at least size and counts
// for kCrop alone.
SquarePlacement PlaceInSquare(SquareFit fit, int size, int eval_resize, int width, int height);

}  // namespace dataset
