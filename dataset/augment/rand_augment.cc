#include "dataset/augment/rand_augment.h"

#include "dataset/augment/augment_op.h"

namespace dataset {

Affine DrawRandAugment(int count, int magnitude, int size, Rng& rng, PixelOpList* ops) {
  const OpRanges ranges{
      .shear = 0.3, .translation = 150.0 / 331 * size, .rotation = 30, .factor = 0.9, .posterized = 4};
  Affine map;
  for (int i = 0; i < count; ++i) {
    const auto op = static_cast<AugmentOp>(rng.Below(kAugmentOps));
    const double sign = HasSign(op) && rng.Below(2) == 1 ? -1 : 1;
    map = Compose(map, AddOp(op, magnitude, sign, ranges, size, ops));
  }
  return map;
}

}  // namespace dataset
