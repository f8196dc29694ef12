#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "train/optim/optimizer_kind.h"
#include "train/weights/tensor_values.h"

namespace train {

// The most state values that an optimizer keeps for each value of a parameter.
inline constexpr size_t kMostSlots = 3;

// Parameters, their gradients and their state as flat arrays of one length, of `float` in host memory or as tensors.
template <typename Array>
struct UpdateBlock {
  Array parameters;
  Array gradients;
  std::array<Array, kMostSlots> slots;  // the first ones, as many as the rule has
};

// What a step does beside the formula of its rule.
struct UpdateFactors {
  double rate = 0;   // the learning rate
  double decay = 0;  // weight decay
};

// The formula of one optimizer, that of torch.optim with its default coefficients. Its state is kept by the caller: an
// array a slot, zero before the first step.
class UpdateRule {
 public:
  struct Slot {
    std::string_view name;  // in checkpoints: PARAMETER/NAME
    AllowedValues allowed = AllowedValues::kFinite;
  };

  virtual ~UpdateRule() = default;
  virtual std::span<const Slot> slots() const = 0;

  // Sets what depends on the number of the step, which counts from 1.
  virtual void SetStep(int64_t step) = 0;

  // Updates values [begin, end) in one pass over the memory. Thread-safe for other ranges.
  virtual void Update(const UpdateFactors& factors, const UpdateBlock<float*>& block, int64_t begin,
                      int64_t end) const = 0;
  // The same on any device, operation by operation; the tensors are replaced in place. `wanted` is a scalar bool there;
  // if it is false, nothing changes. Undefined: true.
  virtual void Update(const UpdateFactors& factors, UpdateBlock<torch::Tensor>& block,
                      const torch::Tensor& wanted = {}) const = 0;
};

std::unique_ptr<UpdateRule> MakeUpdateRule(OptimizerKind kind);

}  // namespace train
