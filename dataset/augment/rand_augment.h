#pragma once

#include "dataset/augment/affine.h"
#include "dataset/augment/pixel_ops.h"
#include "dataset/base/random.h"

namespace dataset {

// Draws `count` ops of torchvision's RandAugment (dataset/augment/augment_op.h). Each op is equally likely, may come
// more than once, and has the given magnitude; ops that have a sign get a random one. Colour ops are added to *ops in
// order. Geometric ops are applied before all colour ops, unlike in torchvision: they are joined to the result, a map
// from points of a square of `size` pixels a side to the points that they show. It is the identity if there are none.
Affine DrawRandAugment(int count, int magnitude, int size, Rng& rng, PixelOpList* ops);

}  // namespace dataset
