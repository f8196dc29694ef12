#include "train/optim/adamax.h"

#include "train/optim/update_formula.h"

namespace train {

namespace {

constexpr double kBeta1 = 0.9;
constexpr float kFirst = static_cast<float>(kBeta1), kNewFirst = static_cast<float>(1 - kBeta1);
constexpr float kSecond = 0.999f, kEpsilon = 1e-8f;

struct Adamax {
  static constexpr std::array<UpdateRule::Slot, 2> kSlots{{{"momentum"}, {"largest", AllowedValues::kNotNegative}}};
  float correction = 1;
  void SetStep(int64_t step) { correction = static_cast<float>(1 - std::pow(kBeta1, static_cast<double>(step))); }
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& momentum, V& largest, V&) const {
    const V slope = g + p * with.decay;
    momentum = momentum * kFirst + slope * kNewFirst;
    largest = Larger(V(largest * kSecond), V(Magnitude(slope) + kEpsilon));
    p = p - momentum / largest * (with.rate / correction);
  }
};

}  // namespace

std::unique_ptr<UpdateRule> MakeAdamax() { return MakeRule<Adamax>(); }

}  // namespace train
