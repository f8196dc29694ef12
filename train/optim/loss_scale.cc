#include "train/optim/loss_scale.h"

namespace train {

using torch::Tensor;

namespace {

constexpr int64_t kInterval = 2000;
constexpr double kGrowth = 2, kBackoff = 0.5;

}  // namespace

LossScale::LossScale(const torch::Device& device)
    : factor_(torch::empty({}, torch::dtype(torch::kFloat32).device(device))),
      steps_(torch::empty({}, torch::dtype(torch::kInt32).device(device))) {
  Set({});
}

void LossScale::Update(const Tensor& finite) {
  torch::NoGradGuard no_grad;
  const Tensor steps = steps_ + 1, full = steps == kInterval;
  const Tensor greater = factor_ * kGrowth;
  const Tensor grown = torch::where(full.logical_and(greater.isfinite()), greater, factor_);
  factor_.copy_(torch::where(finite, grown, factor_ * kBackoff));
  steps_.copy_(torch::where(finite.logical_and(full.logical_not()), steps, torch::zeros_like(steps)));
}

LossScale::State LossScale::state() const {
  return {factor_.item<double>(), static_cast<uint32_t>(steps_.item<int32_t>())};
}

void LossScale::Set(const State& state) {
  torch::NoGradGuard no_grad;
  factor_.fill_(state.factor);
  steps_.fill_(static_cast<int64_t>(state.steps));
}

}  // namespace train
