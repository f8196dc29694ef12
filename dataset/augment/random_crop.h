#pragma once

#include "dataset/base/random.h"
#include "dataset/image/image.h"

namespace dataset {

// The range of a random rectangle in a picture. The scale is the rectangle's area divided by the picture's; the ratio
// is one side divided by the other, and each user says which.
struct AreaRange {
  double scale_min, scale_max;
  double ratio_min, ratio_max;
};

// The sides of a rectangle in whole pixels. Its ratio is over / under.
struct Sides {
  double over, under;
};
// Draws the scale uniformly, then the ratio uniformly in its logarithm. A side of the result may be 0, or longer than
// the picture's.
Sides DrawSides(const AreaRange& range, double picture_area, Rng& rng);

// Draws the Inception crop of a picture of width x height pixels, as torchvision's RandomResizedCrop.get_params does.
// The ratio of `range` is width / height. Makes up to 10 tries for a crop that fits the picture; if all fail, returns
// the largest centred part whose ratio is in the range.
Rect DrawCrop(const AreaRange& range, int width, int height, Rng& rng);

}  // namespace dataset
