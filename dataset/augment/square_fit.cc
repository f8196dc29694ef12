#include "dataset/augment/square_fit.h"

#include <algorithm>
#include <cmath>

#include "dataset/image/box_fit.h"

namespace dataset {
namespace {

// Rounds halves to the even number, as Python's round does, which torchvision uses.
int RoundToInt(double value) { return static_cast<int>(std::nearbyint(value)); }

// Computes, along one side of the picture, the part that kCrop shows.
void CentreInterval(int size, int eval_resize, int side, int short_side, int* begin, int* length) {
  const int resized = static_cast<int>(int64_t{side} * eval_resize / short_side);
  const int offset = RoundToInt((resized - size) / 2.0);
  const double back = static_cast<double>(side) / resized;
  *begin = std::min(RoundToInt(offset * back), side - 1);
  *length = std::max(std::min(RoundToInt((offset + size) * back), side) - *begin, 1);
}

}  // namespace

SquarePlacement PlaceInSquare(SquareFit fit, int size, int eval_resize, int width, int height) {
  SquarePlacement placed{{0, 0, width, height}, {0, 0, size, size}};
  if (fit == SquareFit::kCrop) {
    const int short_side = std::min(width, height);
    CentreInterval(size, eval_resize, width, short_side, &placed.part.x, &placed.part.width);
    CentreInterval(size, eval_resize, height, short_side, &placed.part.y, &placed.part.height);
  } else if (fit == SquareFit::kPad) {
    BoxFit box;
    box.width = box.height = static_cast<uint32_t>(size);
    box.fit = Fit::kContain;
    const BoxPlacement placement = PlaceInBox(box, width, height);
    placed.place = {placement.left, placement.top, placement.scaled.width, placement.scaled.height};
  }
  return placed;
}

}  // namespace dataset
