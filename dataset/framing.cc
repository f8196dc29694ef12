#include "dataset/framing.h"

#include <algorithm>
#include <cmath>

#include "dataset/geometry.h"

namespace dataset {
namespace {

constexpr int kTries = 10;

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

Rect DrawCrop(const CropRange& range, int width, int height, Rng& rng) {
  const double area = static_cast<double>(width) * height;
  const double log_min = std::log(range.ratio_min), log_max = std::log(range.ratio_max);
  for (int i = 0; i < kTries; ++i) {
    const double target = area * rng.Uniform(range.scale_min, range.scale_max);
    const double ratio = std::exp(rng.Uniform(log_min, log_max));
    const double w = std::nearbyint(std::sqrt(target * ratio)), h = std::nearbyint(std::sqrt(target / ratio));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    Rect crop{0, 0, static_cast<int>(w), static_cast<int>(h)};
    crop.x = static_cast<int>(rng.Below(static_cast<uint32_t>(width - crop.width) + 1));
    crop.y = static_cast<int>(rng.Below(static_cast<uint32_t>(height - crop.height) + 1));
    return crop;
  }
  const double ratio = std::clamp(static_cast<double>(width) / height, range.ratio_min, range.ratio_max);
  const int w = std::clamp(RoundToInt(height * ratio), 1, width), h = std::clamp(RoundToInt(width / ratio), 1, height);
  return {(width - w) / 2, (height - h) / 2, w, h};
}

}  // namespace dataset
