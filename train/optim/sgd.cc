#include "train/optim/sgd.h"

#include "train/optim/update_formula.h"

namespace train {

namespace {

constexpr float kMomentum = 0.9f;

struct Sgd {
  static constexpr std::array<UpdateRule::Slot, 0> kSlots{};
  void SetStep(int64_t) {}
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V&, V&, V&) const {
    p = p - (g + p * with.decay) * with.rate;
  }
};

struct Momentum {
  static constexpr std::array<UpdateRule::Slot, 1> kSlots{{{"momentum"}}};
  void SetStep(int64_t) {}
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& m, V&, V&) const {
    m = m * kMomentum + (g + p * with.decay);
    p = p - m * with.rate;
  }
};

struct Nesterov {
  static constexpr std::array<UpdateRule::Slot, 1> kSlots{{{"momentum"}}};
  void SetStep(int64_t) {}
  template <typename V>
  void Apply(FormulaFactors with, V& p, const V& g, V& m, V&, V&) const {
    const V slope = g + p * with.decay;
    m = m * kMomentum + slope;
    p = p - (slope + m * kMomentum) * with.rate;
  }
};

}  // namespace

std::unique_ptr<UpdateRule> MakeSgd() { return MakeRule<Sgd>(); }
std::unique_ptr<UpdateRule> MakeMomentum() { return MakeRule<Momentum>(); }
std::unique_ptr<UpdateRule> MakeNesterov() { return MakeRule<Nesterov>(); }

}  // namespace train
