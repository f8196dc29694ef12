#pragma once

#include "dataset/augment/affine.h"
#include "dataset/augment/pixel_ops.h"
#include "dataset/base/random.h"

namespace dataset {

// Draws the one op of TrivialAugment (Mueller and Hutter, 2021) as torchvision's TrivialAugmentWide does: each op of
// dataset/augment/augment_op.h and each magnitude is equally likely, in wide ranges. A colour op is added to *ops; of a
// geometric op the map is returned, as DrawRandAugment returns it.
Affine DrawTrivialAugment(int size, Rng& rng, PixelOpList* ops);

}  // namespace dataset
