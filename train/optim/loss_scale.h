#pragma once

#include <torch/types.h>

#include <cstdint>

namespace train {

// The factor of the loss in fp16, whose small gradients would be zero without it: that of torch.amp.GradScaler with its
// defaults. It begins as 65536, doubles after 2000 steps in a row with finite gradients, and halves after each other
// one, which must change nothing (StepControl::finite). It stays on its device; nothing but state() waits for that.
class LossScale {
 public:
  struct State {
    double factor = 65536;
    uint32_t steps = 0;  // with finite gradients since the factor changed, below 2000
  };

  explicit LossScale(const torch::Device& device);

  const torch::Tensor& factor() const { return factor_; }  // a float32 scalar
  // Must be called after each step. `finite` is a scalar bool on the device.
  void Update(const torch::Tensor& finite);

  State state() const;
  void Set(const State& state);

 private:
  torch::Tensor factor_;
  torch::Tensor steps_;  // an int32 scalar
};

}  // namespace train
