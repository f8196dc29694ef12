#include "dataset/augment/trivial_augment.h"

#include "dataset/augment/augment_op.h"

namespace dataset {
namespace {

constexpr OpRanges kWide = {.shear = 0.99, .translation = 32, .rotation = 135, .factor = 0.99, .posterized = 6};

}  // namespace

Affine DrawTrivialAugment(int size, Rng& rng, PixelOpList* ops) {
  const auto op = static_cast<AugmentOp>(rng.Below(kAugmentOps));
  const int magnitude = HasMagnitude(op) ? static_cast<int>(rng.Below(kMagnitudes)) : 0;
  const double sign = HasSign(op) && rng.Below(2) == 1 ? -1 : 1;
  return AddOp(op, magnitude, sign, kWide, size, ops);
}

}  // namespace dataset
