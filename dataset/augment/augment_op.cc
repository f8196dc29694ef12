#include "dataset/augment/augment_op.h"

#include <cmath>
#include <numbers>

namespace dataset {
namespace {

// How strong an op is, as a part of its range.
struct Strength {
  double level;  // 0 ... 1
  double sign;   // -1 or 1

  double UpTo(double greatest) const { return sign * greatest * level; }
};

Affine MapOf(AugmentOp op, const Strength& strength, const OpRanges& ranges, int size) {
  const double pixels = std::trunc(strength.UpTo(ranges.translation));
  const double angle = strength.UpTo(ranges.rotation) * std::numbers::pi / 180;
  switch (op) {
    case AugmentOp::kShearX:
      return {1, strength.UpTo(ranges.shear), 0, 0, 1, 0};
    case AugmentOp::kShearY:
      return {1, 0, 0, strength.UpTo(ranges.shear), 1, 0};
    case AugmentOp::kTranslateX:
      return Translation(-pixels, 0);
    case AugmentOp::kTranslateY:
      return Translation(0, -pixels);
    case AugmentOp::kRotate:
      return About({size / 2.0, size / 2.0},
                   {std::cos(angle), -std::sin(angle), 0, std::sin(angle), std::cos(angle), 0});
    default:
      return {};
  }
}

void AddColourOp(AugmentOp op, const Strength& strength, const OpRanges& ranges, PixelOpList* ops) {
  const double factor = 1 + strength.UpTo(ranges.factor);
  switch (op) {
    case AugmentOp::kBrightness:
      return ops->Add({PixelOpKind::kBrightness, {factor}});
    case AugmentOp::kColor:
      return ops->Add({PixelOpKind::kSaturation, {factor}});
    case AugmentOp::kContrast:
      return ops->Add({PixelOpKind::kContrast, {factor}});
    case AugmentOp::kSharpness:
      return ops->Add({PixelOpKind::kSharpness, {factor}});
    case AugmentOp::kPosterize:
      return ops->Add({PixelOpKind::kPosterize, {8 - std::nearbyint(ranges.posterized * strength.level)}});
    case AugmentOp::kSolarize:
      return ops->Add({PixelOpKind::kSolarize, {255 * (1 - strength.level)}});
    case AugmentOp::kAutoContrast:
      return ops->Add({PixelOpKind::kAutoContrast, {}});
    case AugmentOp::kEqualize:
      return ops->Add({PixelOpKind::kEqualize, {}});
    default:
      return;
  }
}

}  // namespace

bool HasMagnitude(AugmentOp op) { return op >= AugmentOp::kShearX && op <= AugmentOp::kSolarize; }

bool HasSign(AugmentOp op) { return op >= AugmentOp::kShearX && op <= AugmentOp::kSharpness; }

Affine AddOp(AugmentOp op, int magnitude, double sign, const OpRanges& ranges, int size, PixelOpList* ops) {
  const Strength strength{magnitude / (kMagnitudes - 1.0), sign};
  AddColourOp(op, strength, ranges, ops);
  return MapOf(op, strength, ranges, size);
}

}  // namespace dataset
