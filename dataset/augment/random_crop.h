#pragma once

#include "dataset/base/random.h"
#include "dataset/image/image.h"

namespace dataset {

// Of a rectangle in a picture: its area over that of the picture, and the ratio of its sides.
struct AreaRange {
  double scale_min, scale_max;
  double ratio_min, ratio_max;
};

// The sides of a rectangle whose ratio is `over` / `under`, rounded to whole pixels; they may be 0 or longer than the
// picture's. Its scale is drawn uniformly, its ratio uniformly in the logarithm.
struct Sides {
  double over, under;
};
Sides DrawSides(const AreaRange& range, double picture_area, Rng& rng);

// Inception crop of ratio width / height, as torchvision's RandomResizedCrop.get_params: up to 10 tries, else the
// largest centred part whose ratio is in range.
Rect DrawCrop(const AreaRange& range, int width, int height, Rng& rng);

}  // namespace dataset
