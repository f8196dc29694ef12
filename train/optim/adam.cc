#include "train/optim/adam.h"

#include "train/optim/update_formula.h"

namespace train {

namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999;
constexpr float kFirst = static_cast<float>(kBeta1), kSecond = static_cast<float>(kBeta2);
constexpr float kNewFirst = static_cast<float>(1 - kBeta1), kNewSecond = static_cast<float>(1 - kBeta2);
constexpr float kEpsilon = 1e-8f;

// The corrections of the averages' beginning at zero.
struct Corrections {
  float first = 1, root = 1;
  void SetStep(int64_t step) {
    const double n = static_cast<double>(step);
    first = static_cast<float>(1 - std::pow(kBeta1, n));
    root = static_cast<float>(std::sqrt(1 - std::pow(kBeta2, n)));
  }
};

template <typename V>
void Average(const V& slope, V& momentum, V& variance) {
  momentum = momentum * kFirst + slope * kNewFirst;
  variance = variance * kSecond + slope * slope * kNewSecond;
}

struct Adam : Corrections {
  static constexpr std::array<UpdateRule::Slot, 2> kSlots{{{"momentum"}, {"variance", AllowedValues::kNotNegative}}};
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& momentum, V& variance, V&) const {
    Average(V(g + p * with.decay), momentum, variance);
    p = p - momentum / (Root(variance) / root + kEpsilon) * (with.rate / first);
  }
};

struct Amsgrad : Corrections {
  static constexpr std::array<UpdateRule::Slot, 3> kSlots{
      {{"momentum"}, {"variance", AllowedValues::kNotNegative}, {"largest_variance", AllowedValues::kNotNegative}}};
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& momentum, V& variance, V& largest) const {
    Average(V(g + p * with.decay), momentum, variance);
    largest = Larger(largest, variance);
    p = p - momentum / (Root(largest) / root + kEpsilon) * (with.rate / first);
  }
};

struct Adamw : Corrections {
  static constexpr std::array<UpdateRule::Slot, 2> kSlots = Adam::kSlots;
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& momentum, V& variance, V&) const {
    Average(g, momentum, variance);
    p = p * (1 - with.rate * with.decay) - momentum / (Root(variance) / root + kEpsilon) * (with.rate / first);
  }
};

}  // namespace

std::unique_ptr<UpdateRule> MakeAdam() { return MakeRule<Adam>(); }
std::unique_ptr<UpdateRule> MakeAmsgrad() { return MakeRule<Amsgrad>(); }
std::unique_ptr<UpdateRule> MakeAdamw() { return MakeRule<Adamw>(); }

}  // namespace train
