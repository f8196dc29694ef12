#include "train/optim/optimizer.h"

#include <cmath>

#include "dataset/base/error.h"
#include "train/network/tensors.h"
#include "train/optim/optimizer_kind.h"

namespace train {

using torch::Tensor;

namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8, kMomentum = 0.9;

}  // namespace

Optimizer::Optimizer(OptimizerKind kind, std::vector<Classifier::NamedTensor> parameters) : kind_(kind) {
  for (auto& [name, tensor] : parameters) {
    names_.push_back(name);
    parameters_.push_back(tensor);
    tensor.mutable_grad() = torch::zeros_like(tensor);
    momentum_.push_back(torch::zeros_like(tensor));
    if (kind == OptimizerKind::kAdam) variance_.push_back(torch::zeros_like(tensor));
  }
}

void Optimizer::Step(double learning_rate) {
  torch::NoGradGuard no_grad;
  ++steps_;
  std::vector<Tensor> gradients;
  for (Tensor& parameter : parameters_) gradients.push_back(parameter.grad());
  if (kind_ == OptimizerKind::kSgd) {
    at::_foreach_mul_(momentum_, kMomentum);
    at::_foreach_add_(momentum_, gradients, 1);
    at::_foreach_add_(parameters_, momentum_, -learning_rate);
  } else {
    const double n = static_cast<double>(steps_);
    const double correction1 = 1 - std::pow(kBeta1, n), correction2 = 1 - std::pow(kBeta2, n);
    at::_foreach_mul_(momentum_, kBeta1);
    at::_foreach_add_(momentum_, gradients, 1 - kBeta1);
    at::_foreach_mul_(variance_, kBeta2);
    at::_foreach_addcmul_(variance_, gradients, gradients, 1 - kBeta2);
    std::vector<Tensor> denominator = at::_foreach_sqrt(variance_);
    at::_foreach_div_(denominator, std::sqrt(correction2));
    at::_foreach_add_(denominator, kEpsilon);
    at::_foreach_addcdiv_(parameters_, momentum_, denominator, -learning_rate / correction1);
  }
  at::_foreach_zero_(gradients);
}

std::vector<Optimizer::Slot> Optimizer::Slots() {
  std::vector<Slot> slots;
  for (size_t i = 0; i < names_.size(); ++i) {
    slots.push_back({names_[i] + "/momentum", &momentum_[i], AllowedValues::kFinite});
    if (kind_ != OptimizerKind::kAdam) continue;
    slots.push_back({names_[i] + "/variance", &variance_[i], AllowedValues::kNotNegative});
  }
  return slots;
}

std::vector<TensorView> Optimizer::State(std::vector<Tensor>& storage) {
  std::vector<TensorView> views;
  for (const Slot& slot : Slots()) views.push_back(AsView(slot.name, *slot.tensor, storage));
  views.push_back(AsView("steps", torch::tensor(steps_, torch::kInt64), storage));
  return views;
}

void Optimizer::Load(const TensorFile& file) {
  torch::NoGradGuard no_grad;
  auto fail = [&](const std::string& cause) { throw dataset::Error(file.path(), cause); };
  const std::vector<Slot> slots = Slots();
  if (file.tensors().size() != slots.size() + 1) fail("is the state of another optimizer");
  for (const Slot& slot : slots) {
    const TensorView* view = file.Find(slot.name);
    if (view == nullptr || at::IntArrayRef(view->shape) != slot.tensor->sizes())
      fail("has no fitting '" + slot.name + "'");
    CheckValues(*view, slot.allowed, file.path());
    slot.tensor->copy_(AsTensor(*view));
  }
  const TensorView* steps = file.Find("steps");
  if (steps == nullptr || steps->dtype != DType::kInt64 || !steps->shape.empty()) fail("has no fitting 'steps'");
  steps_ = AsTensor(*steps).item<int64_t>();
}

}  // namespace train
