#pragma once

#include <optional>
#include <string_view>

#include "dataset/image/image.h"

namespace dataset {

// How a picture comes into the square that a model sees.
enum class SquareFit {
  kCrop,     // the short side becomes eval_resize (also enlarging), then the centre square is cut out
  kPad,      // the long side becomes the square's, the rest is filled
  kStretch,  // all of it, aspect lost
};
std::string_view SquareFitName(SquareFit fit);  // crop, pad, stretch
std::optional<SquareFit> ParseSquareFit(std::string_view name);

// The part of an upright picture that fills the part `place` of the square.
struct SquarePlacement {
  Rect part;
  Rect place;
};

// For pictures of width x height pixels and a square of `size` pixels a side. eval_resize is at least size and counts
// for kCrop alone.
SquarePlacement PlaceInSquare(SquareFit fit, int size, int eval_resize, int width, int height);

}  // namespace dataset
