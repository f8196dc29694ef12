#include "dataset/augment/framing.h"

#include <algorithm>
#include <cmath>

#include "dataset/image/geometry.h"

namespace dataset {
namespace {

// Halves to the even number, as Python's round, which torchvision's geometry uses.
int RoundToInt(double value) { return static_cast<int>(std::nearbyint(value)); }

// The part of one side that "short side to eval_resize, then the centre" shows.
void CentreInterval(int size, int eval_resize, int side, int short_side, int* begin, int* length) {
  const int resized = static_cast<int>(int64_t{side} * eval_resize / short_side);
  const int offset = RoundToInt((resized - size) / 2.0);
  const double back = static_cast<double>(side) / resized;
  *begin = std::min(RoundToInt(offset * back), side - 1);
  *length = std::max(std::min(RoundToInt((offset + size) * back), side) - *begin, 1);
}

}  // namespace

std::string_view FramingName(Framing framing) {
  switch (framing) {
    case Framing::kCrop:
      return "crop";
    case Framing::kPad:
      return "pad";
    case Framing::kStretch:
      return "stretch";
  }
  return "";
}

std::optional<Framing> ParseFraming(std::string_view name) {
  for (const Framing framing : {Framing::kCrop, Framing::kPad, Framing::kStretch}) {
    if (name == FramingName(framing)) return framing;
  }
  return std::nullopt;
}

Frame PlaceInSquare(Framing framing, int size, int eval_resize, int width, int height) {
  Frame frame{{0, 0, width, height}, {0, 0, size, size}};
  if (framing == Framing::kCrop) {
    const int short_side = std::min(width, height);
    CentreInterval(size, eval_resize, width, short_side, &frame.part.x, &frame.part.width);
    CentreInterval(size, eval_resize, height, short_side, &frame.part.y, &frame.part.height);
  } else if (framing == Framing::kPad) {
    Geometry box;
    box.width = box.height = static_cast<uint32_t>(size);
    box.fit = Fit::kContain;
    const BoxPlacement placement = PlaceInBox(box, width, height);
    frame.place = {placement.left, placement.top, placement.scaled.width, placement.scaled.height};
  }
  return frame;
}

}  // namespace dataset
