#include "train/optim/rmsprop.h"

#include "train/optim/update_formula.h"

namespace train {

namespace {

constexpr float kAlpha = 0.99f, kEpsilon = 1e-8f;

struct Rmsprop {
  static constexpr std::array<UpdateRule::Slot, 1> kSlots{{{"variance", AllowedValues::kNotNegative}}};
  void SetStep(int64_t) {}
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& variance, V&, V&) const {
    const V slope = g + p * with.decay;
    variance = variance * kAlpha + slope * slope * (1 - kAlpha);
    p = p - slope / (Root(variance) + kEpsilon) * with.rate;
  }
};

}  // namespace

std::unique_ptr<UpdateRule> MakeRmsprop() { return MakeRule<Rmsprop>(); }

}  // namespace train
