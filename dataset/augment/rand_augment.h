#pragma once

#include "dataset/augment/affine.h"
#include "dataset/augment/pixel_ops.h"
#include "dataset/base/random.h"

namespace dataset {

inline constexpr int kRandAugmentMagnitudes = 31;  // 0 ... 30

// Draws `count` of torchvision's RandAugment ops (identity, shears, translations, rotation, brightness, colour,
// contrast, sharpness, posterize, solarize, autocontrast, equalize), each with equal chance, at `magnitude` of 31 and,
// where an op has one, with a random sign. Colour ops are added to *ops in order. The geometric ones become one map
// from the points of a square of `size` pixels a side to those that they show, so they come before the colours;
// returns the identity if there are none.
Affine DrawRandAugment(int count, int magnitude, int size, Rng& rng, PixelOpList* ops);

}  // namespace dataset
