#include "train/optim/adagrad.h"

#include "train/optim/update_formula.h"

namespace train {

namespace {

constexpr float kEpsilon = 1e-10f;

struct Adagrad {
  static constexpr std::array<UpdateRule::Slot, 1> kSlots{{{"sum", AllowedValues::kNotNegative}}};
  void SetStep(int64_t) {}
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& sum, V&, V&) const {
    const V slope = g + p * with.decay;
    sum = sum + slope * slope;
    p = p - slope / (Root(sum) + kEpsilon) * with.rate;
  }
};

}  // namespace

std::unique_ptr<UpdateRule> MakeAdagrad() { return MakeRule<Adagrad>(); }

}  // namespace train
