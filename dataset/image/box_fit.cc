#include "dataset/image/box_fit.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dataset/image/color.h"

namespace dataset {
namespace {

// Returns round(side * to / from), at least 1.
int Scaled(int side, int64_t to, int64_t from) {
  return static_cast<int>(std::max<int64_t>((2 * side * to + from) / (2 * from), 1));
}

BoxPlacement Cover(int width, int height, Size box) {
  // across > down if the picture is wider than the box in proportion, across < down if it is taller.
  const int64_t across = int64_t{width} * box.height, down = int64_t{height} * box.width;
  const int part_width = across > down ? std::min(Scaled(box.width, height, box.height), width) : width;
  const int part_height = down > across ? std::min(Scaled(box.height, width, box.width), height) : height;
  const Rect part{(width - part_width) / 2, (height - part_height) / 2, part_width, part_height};
  return {part, box, box};
}

BoxPlacement Contain(int width, int height, Size box) {
  const int64_t across = int64_t{width} * box.height, down = int64_t{height} * box.width;
  Size scaled = box;
  if (across > down) scaled.height = std::min(Scaled(height, box.width, width), box.height);
  if (down > across) scaled.width = std::min(Scaled(width, box.height, height), box.width);
  return {{0, 0, width, height}, scaled, box, (box.width - scaled.width) / 2, (box.height - scaled.height) / 2};
}

}  // namespace

BoxPlacement PlaceInBox(const BoxFit& box_fit, int width, int height) {
  const Rect whole{0, 0, width, height};
  if (box_fit.keeps_size()) return {whole, {width, height}, {width, height}};
  const Size box{static_cast<int>(box_fit.width), static_cast<int>(box_fit.height)};
  switch (box_fit.fit) {
    case Fit::kShort: {
      const Size size = ShortSideSize(width, height, box.width);
      return {whole, size, size};
    }
    case Fit::kCover:
      return Cover(width, height, box);
    case Fit::kContain:
      return Contain(width, height, box);
    case Fit::kStretch:
      break;
  }
  return {whole, box, box};
}

void FillPadding(const BoxPlacement& placement, const std::array<uint8_t, 3>& pad, Image* picture) {
  if (placement.scaled == placement.stored) return;
  const int channels = picture->channels();
  const int bottom = placement.top + placement.scaled.height, right = placement.left + placement.scaled.width;
  for (int y = 0; y < picture->height(); ++y) {
    uint8_t* row = picture->row(y);
    if (y < placement.top || y >= bottom) {
      FillPixels(pad, channels, static_cast<size_t>(picture->width()), row);
      continue;
    }
    FillPixels(pad, channels, static_cast<size_t>(placement.left), row);
    FillPixels(pad, channels, static_cast<size_t>(picture->width() - right), row + right * channels);
  }
}

}  // namespace dataset
