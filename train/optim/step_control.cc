#include "train/optim/step_control.h"

namespace train {

using torch::Tensor;

Tensor GradientFactor(const StepControl& control, double clip_norm, const std::vector<Tensor>& gradients) {
  const torch::TensorOptions number = torch::dtype(torch::kFloat64).device(gradients.front().device());
  Tensor factor = torch::full({}, control.scale, number);
  if (control.loss_scale.defined()) factor = factor / control.loss_scale;
  if (clip_norm > 0) {
    Tensor squares = torch::zeros({}, number);
    for (const Tensor& some : gradients) squares += some.to(torch::kFloat64).square().sum();
    // That of torch.nn.utils.clip_grad_norm_.
    factor = factor * (clip_norm / (squares.sqrt() * factor + 1e-6)).clamp_max(1);
  }
  return factor.to(torch::kFloat32);
}

}  // namespace train
