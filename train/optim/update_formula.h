#pragma once

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "train/optim/update_rule.h"

namespace train {

// What formulas are written in: one text for a value in host memory and for a tensor of many.
inline float Root(float x) { return std::sqrt(x); }
inline float Magnitude(float x) { return std::abs(x); }
inline float Larger(float x, float y) { return std::max(x, y); }
inline torch::Tensor Root(const torch::Tensor& x) { return x.sqrt(); }
inline torch::Tensor Magnitude(const torch::Tensor& x) { return x.abs(); }
inline torch::Tensor Larger(const torch::Tensor& x, const torch::Tensor& y) { return at::maximum(x, y); }

// The factors of a step as formulas use them.
struct FormulaFactors {
  float rate;
  float decay;
};

// Makes a rule of a Formula, which has
//   static constexpr std::array<UpdateRule::Slot, N> kSlots, N <= kMostSlots
//   void SetStep(int64_t step)
//   template <typename V> void Apply(FormulaFactors, V& p, const V& g, V& first, V& second, V& third) const
// where p is the parameter, g its gradient, and the others are the slots.
template <typename Formula>
class FormulaRule : public UpdateRule {
 public:
  explicit FormulaRule(Formula formula) : formula_(std::move(formula)) {}

  std::span<const Slot> slots() const override { return Formula::kSlots; }
  void SetStep(int64_t step) override { formula_.SetStep(step); }

  void Update(const UpdateFactors& factors, const UpdateBlock<float*>& block, int64_t begin,
              int64_t end) const override {
    const FormulaFactors with{static_cast<float>(factors.rate), static_cast<float>(factors.decay)};
    constexpr size_t kCount = Formula::kSlots.size();
    float* const __restrict p = block.parameters;
    const float* const __restrict g = block.gradients;
    float* const __restrict first = block.slots[0];
    float* const __restrict second = block.slots[1];
    float* const __restrict third = block.slots[2];
    const Formula formula = formula_;
    for (int64_t i = begin; i < end; ++i) {
      float value = p[i], a = 0, b = 0, c = 0;
      if constexpr (kCount > 0) a = first[i];
      if constexpr (kCount > 1) b = second[i];
      if constexpr (kCount > 2) c = third[i];
      formula.Apply(with, value, g[i], a, b, c);
      p[i] = value;
      if constexpr (kCount > 0) first[i] = a;
      if constexpr (kCount > 1) second[i] = b;
      if constexpr (kCount > 2) third[i] = c;
    }
  }

  void Update(const UpdateFactors& factors, UpdateBlock<torch::Tensor>& block,
              const torch::Tensor& wanted) const override {
    const FormulaFactors with{static_cast<float>(factors.rate), static_cast<float>(factors.decay)};
    torch::Tensor p = block.parameters;
    std::array<torch::Tensor, kMostSlots> slots = block.slots;
    formula_.Apply(with, p, block.gradients, slots[0], slots[1], slots[2]);
    const auto replace = [&](torch::Tensor& old, const torch::Tensor& value) {
      old.copy_(wanted.defined() ? torch::where(wanted, value, old) : value);
    };
    replace(block.parameters, p);
    for (size_t i = 0; i < Formula::kSlots.size(); ++i) replace(block.slots[i], slots[i]);
  }

 private:
  Formula formula_;
};

template <typename Formula>
std::unique_ptr<UpdateRule> MakeRule(Formula formula = {}) {
  return std::make_unique<FormulaRule<Formula>>(std::move(formula));
}

}  // namespace train
