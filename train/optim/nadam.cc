#include "train/optim/nadam.h"

#include "train/optim/update_formula.h"

namespace train {

namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kMomentumDecay = 0.004;
constexpr float kFirst = static_cast<float>(kBeta1), kSecond = static_cast<float>(kBeta2);
constexpr float kNewFirst = static_cast<float>(1 - kBeta1), kNewSecond = static_cast<float>(1 - kBeta2);
constexpr float kEpsilon = 1e-8f;

double MomentumOf(int64_t step) {
  return kBeta1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(step) * kMomentumDecay));
}

struct Nadam {
  static constexpr std::array<UpdateRule::Slot, 2> kSlots{{{"momentum"}, {"variance", AllowedValues::kNotNegative}}};
  int64_t at = 0;
  double product = 1;  // of the momenta of all steps up to `at`
  float correction = 1, of_gradient = 1, of_momentum = 1;

  void SetStep(int64_t step) {
    if (step < at) {
      at = 0;
      product = 1;
    }
    // It is 0 after some thousands of steps.
    while (at < step && product > 0) product *= MomentumOf(++at);
    const double momentum = MomentumOf(step), next = MomentumOf(step + 1);
    correction = static_cast<float>(1 - std::pow(kBeta2, static_cast<double>(step)));
    of_gradient = static_cast<float>((1 - momentum) / (1 - product));
    of_momentum = static_cast<float>(next / (1 - product * next));
  }
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& momentum, V& variance, V&) const {
    const V slope = g + p * with.decay;
    momentum = momentum * kFirst + slope * kNewFirst;
    variance = variance * kSecond + slope * slope * kNewSecond;
    const V root = Root(V(variance / correction)) + kEpsilon;
    p = p - slope / root * (with.rate * of_gradient) - momentum / root * (with.rate * of_momentum);
  }
};

}  // namespace

std::unique_ptr<UpdateRule> MakeNadam() { return MakeRule<Nadam>(); }

}  // namespace train
