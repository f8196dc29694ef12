#pragma once

#include <cstdint>

#include "dataset/augment/affine.h"
#include "dataset/augment/pixel_ops.h"

namespace dataset {

// The ops of torchvision's RandAugment and TrivialAugment, in its order: a drawn number is an op, so the order must not
// change.
enum class AugmentOp : uint32_t {
  kIdentity,
  kShearX,
  kShearY,
  kTranslateX,
  kTranslateY,
  kRotate,
  kBrightness,
  kColor,
  kContrast,
  kSharpness,
  kPosterize,
  kSolarize,
  kAutoContrast,
  kEqualize,
};
inline constexpr uint32_t kAugmentOps = 14;
inline constexpr int kMagnitudes = 31;  // magnitudes are 0 ... 30

// Whether torchvision's op has a magnitude, and whether a random sign goes with it.
bool HasMagnitude(AugmentOp op);
bool HasSign(AugmentOp op);

// What ops do at the greatest magnitude. Solarize inverts all bytes then, in any case.
struct OpRanges {
  double shear = 0;        // tangent of the angle
  double translation = 0;  // pixels
  double rotation = 0;     // degrees
  double factor = 0;       // distance from 1 of the factors of brightness, colour, contrast and sharpness
  double posterized = 0;   // bits that are lost
};

// Adds a colour op to *ops. Returns the map of a geometric op, from points of a square of `size` pixels a side to the
// points that they show; the identity for other ops. `magnitude` is 0 ... kMagnitudes - 1; `sign` is -1 or 1, and 1 for
// ops without one.
Affine AddOp(AugmentOp op, int magnitude, double sign, const OpRanges& ranges, int size, PixelOpList* ops);

}  // namespace dataset
