#include "train/optim/adadelta.h"

#include "train/optim/update_formula.h"

namespace train {

namespace {

constexpr float kRho = 0.9f, kEpsilon = 1e-6f;

struct Adadelta {
  static constexpr std::array<UpdateRule::Slot, 2> kSlots{
      {{"variance", AllowedValues::kNotNegative}, {"change", AllowedValues::kNotNegative}}};
  void SetStep(int64_t) {}
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& variance, V& change, V&) const {
    const V slope = g + p * with.decay;
    variance = variance * kRho + slope * slope * (1 - kRho);
    const V delta = Root(change + kEpsilon) / Root(variance + kEpsilon) * slope;
    change = change * kRho + delta * delta * (1 - kRho);
    p = p - delta * with.rate;
  }
};

}  // namespace

std::unique_ptr<UpdateRule> MakeAdadelta() { return MakeRule<Adadelta>(); }

}  // namespace train
