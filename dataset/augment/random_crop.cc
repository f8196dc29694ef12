#include "dataset/augment/random_crop.h"

#include <algorithm>
#include <cmath>

namespace dataset {
namespace {

constexpr int kTries = 10;

}  // namespace

Sides DrawSides(const AreaRange& range, double picture_area, Rng& rng) {
  const double area = picture_area * rng.Uniform(range.scale_min, range.scale_max);
  const double ratio = std::exp(rng.Uniform(std::log(range.ratio_min), std::log(range.ratio_max)));
  return {std::nearbyint(std::sqrt(area * ratio)), std::nearbyint(std::sqrt(area / ratio))};
}

Rect DrawCrop(const AreaRange& range, int width, int height, Rng& rng) {
  const double area = static_cast<double>(width) * height;
  for (int i = 0; i < kTries; ++i) {
    const auto [w, h] = DrawSides(range, area, rng);
    if (w < 1 || h < 1 || w > width || h > height) continue;
    Rect crop{0, 0, static_cast<int>(w), static_cast<int>(h)};
    crop.x = static_cast<int>(rng.Below(static_cast<uint32_t>(width - crop.width) + 1));
    crop.y = static_cast<int>(rng.Below(static_cast<uint32_t>(height - crop.height) + 1));
    return crop;
  }
  const double ratio = std::clamp(static_cast<double>(width) / height, range.ratio_min, range.ratio_max);
  const int w = std::clamp(static_cast<int>(std::nearbyint(height * ratio)), 1, width);
  const int h = std::clamp(static_cast<int>(std::nearbyint(width / ratio)), 1, height);
  return {(width - w) / 2, (height - h) / 2, w, h};
}

}  // namespace dataset
