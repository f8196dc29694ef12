#pragma once

#include <torch/types.h>

#include <vector>

namespace train {

// What there is to a step beside its rate. Tensors are scalars on the device of the parameters, so that the host waits
// for none of them.
struct StepControl {
  double scale = 1;            // what the gradients are multiplied by
  torch::Tensor loss_scale{};  // float32, what they are divided by, too; undefined: 1
  torch::Tensor finite{};      // bool; false: the step counts but changes nothing; undefined: true
};

// Returns what these gradients have to be multiplied by, so that their norm is at most `clip_norm` (0: any): a float32
// scalar on their device.
torch::Tensor GradientFactor(const StepControl& control, double clip_norm, const std::vector<torch::Tensor>& gradients);

}  // namespace train
