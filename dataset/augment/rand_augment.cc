#include "dataset/augment/rand_augment.h"

#include <cmath>
#include <numbers>

namespace dataset {
namespace {

// The ops in torchvision's order. A drawn number is an Op, so the order must not change.
enum Op : uint32_t {
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
  kOps,
};

bool IsSigned(Op op) { return op >= kShearX && op <= kSharpness; }

// How strong an op is, as a part of torchvision's greatest magnitude.
struct Strength {
  double level;  // 0 ... 1
  double sign;   // -1 or 1

  double UpTo(double greatest) const { return sign * greatest * level; }
};

// Maps points of the square to the points that a geometric op shows there; the identity for other ops.
Affine MapOf(Op op, const Strength& strength, int size) {
  const double pixels = std::trunc(strength.UpTo(150.0 / 331 * size));
  const double angle = strength.UpTo(30) * std::numbers::pi / 180;
  switch (op) {
    case kShearX:
      return {1, strength.UpTo(0.3), 0, 0, 1, 0};
    case kShearY:
      return {1, 0, 0, strength.UpTo(0.3), 1, 0};
    case kTranslateX:
      return Translation(-pixels, 0);
    case kTranslateY:
      return Translation(0, -pixels);
    case kRotate:
      return About({size / 2.0, size / 2.0},
                   {std::cos(angle), -std::sin(angle), 0, std::sin(angle), std::cos(angle), 0});
    default:
      return {};
  }
}

void AddColourOp(Op op, const Strength& strength, PixelOpList* ops) {
  const double factor = 1 + strength.UpTo(0.9);
  switch (op) {
    case kBrightness:
      return ops->Add({PixelOpKind::kBrightness, {factor}});
    case kColor:
      return ops->Add({PixelOpKind::kSaturation, {factor}});
    case kContrast:
      return ops->Add({PixelOpKind::kContrast, {factor}});
    case kSharpness:
      return ops->Add({PixelOpKind::kSharpness, {factor}});
    case kPosterize:
      return ops->Add({PixelOpKind::kPosterize, {8 - std::nearbyint(4 * strength.level)}});
    case kSolarize:
      return ops->Add({PixelOpKind::kSolarize, {255 * (1 - strength.level)}});
    case kAutoContrast:
      return ops->Add({PixelOpKind::kAutoContrast, {}});
    case kEqualize:
      return ops->Add({PixelOpKind::kEqualize, {}});
    default:
      return;
  }
}

}  // namespace

Affine DrawRandAugment(int count, int magnitude, int size, Rng& rng, PixelOpList* ops) {
  Affine map;
  for (int i = 0; i < count; ++i) {
    const Op op = static_cast<Op>(rng.Below(kOps));
    const double sign = IsSigned(op) && rng.Below(2) == 1 ? -1 : 1;
    const Strength strength{magnitude / (kRandAugmentMagnitudes - 1.0), sign};
    map = Compose(map, MapOf(op, strength, size));
    AddColourOp(op, strength, ops);
  }
  return map;
}

}  // namespace dataset
