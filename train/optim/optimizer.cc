#include "train/optim/optimizer.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "dataset/base/error.h"
#include "train/network/tensors.h"

namespace train {

using torch::Tensor;

namespace {

constexpr int64_t kAlignment = 16;     // values, 64 bytes
constexpr int64_t kPiece = 64 * 1024;  // values that one thread takes at a time; sums go by it, so it is never changed

int64_t Padded(int64_t values) { return (values + kAlignment - 1) / kAlignment * kAlignment; }

// The part of a flat tensor that has the shape and the order of `like`.
Tensor PartOf(const Tensor& flat, int64_t offset, const Tensor& like) {
  return flat.as_strided(like.sizes(), like.strides(), offset);
}

// The sum of all squares, in host memory. Its order does not depend on the threads.
double SquaresOf(const Tensor& flat) {
  const float* values = flat.data_ptr<float>();
  const int64_t pieces = (flat.numel() + kPiece - 1) / kPiece;
  std::vector<double> sums(static_cast<size_t>(pieces));
  at::parallel_for(0, pieces, 1, [&](int64_t begin, int64_t end) {
    for (int64_t piece = begin; piece < end; ++piece) {
      double sum = 0;
      for (int64_t i = piece * kPiece; i < std::min(flat.numel(), (piece + 1) * kPiece); ++i) {
        sum += double{values[i]} * double{values[i]};
      }
      sums[static_cast<size_t>(piece)] = sum;
    }
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

UpdateBlock<float*> PointersOf(const UpdateBlock<Tensor>& block) {
  UpdateBlock<float*> pointers{block.parameters.data_ptr<float>(), block.gradients.data_ptr<float>(), {}};
  for (size_t i = 0; i < kMostSlots; ++i) {
    if (block.slots[i].defined()) pointers.slots[i] = block.slots[i].data_ptr<float>();
  }
  return pointers;
}

}  // namespace

Optimizer::Optimizer(const OptimizerOptions& options, std::vector<OptimizedParameter> parameters)
    : options_(options), rule_(MakeUpdateRule(options.kind)) {
  MakeGroups(std::move(parameters));
}

void Optimizer::MakeGroups(std::vector<OptimizedParameter> parameters) {
  torch::NoGradGuard no_grad;
  std::map<std::pair<double, double>, size_t> found;
  std::vector<int64_t> sizes;
  for (OptimizedParameter& parameter : parameters) {
    const double decay = parameter.tensor.dim() > 1 ? options_.weight_decay : 0;
    const auto [group, is_new] = found.try_emplace({parameter.rate, decay}, groups_.size());
    if (is_new) {
      groups_.push_back({.block = {}, .rate = parameter.rate, .decay = decay});
      sizes.push_back(0);
    }
    int64_t& size = sizes[group->second];
    members_.push_back({std::move(parameter.name), parameter.tensor, group->second, size});
    size += Padded(parameter.tensor.numel());
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    UpdateBlock<Tensor>& block = groups_[i].block;
    block.parameters = torch::zeros({sizes[i]}, members_.front().tensor.options().requires_grad(false));
    block.gradients = torch::zeros_like(block.parameters);
    for (size_t slot = 0; slot < rule_->slots().size(); ++slot) block.slots[slot] = torch::zeros_like(block.parameters);
  }
  for (Member& member : members_) {
    const UpdateBlock<Tensor>& block = groups_[member.group].block;
    const Tensor place = PartOf(block.parameters, member.offset, member.tensor);
    place.copy_(member.tensor);
    member.tensor.set_data(place);
    member.tensor.mutable_grad() = PartOf(block.gradients, member.offset, member.tensor);
  }
}

void Optimizer::ScaleGradients(const StepControl& control) {
  if (!groups_.front().block.gradients.is_cpu() && (options_.clip_norm > 0 || control.loss_scale.defined())) {
    std::vector<Tensor> gradients;
    for (const Group& group : groups_) gradients.push_back(group.block.gradients);
    const Tensor factor = GradientFactor(control, options_.clip_norm, gradients);
    for (Tensor& some : gradients) some.mul_(factor);
    return;
  }
  double scale = control.scale;
  if (control.loss_scale.defined()) scale /= control.loss_scale.item<double>();
  if (options_.clip_norm > 0) {
    double squares = 0;
    for (const Group& group : groups_) squares += SquaresOf(group.block.gradients);
    const double norm = std::sqrt(squares) * scale;
    // That of torch.nn.utils.clip_grad_norm_.
    scale *= std::min(1.0, options_.clip_norm / (norm + 1e-6));
  }
  if (scale == 1) return;
  for (Group& group : groups_) group.block.gradients.mul_(scale);
}

void Optimizer::Step(double learning_rate, const StepControl& control) {
  torch::NoGradGuard no_grad;
  rule_->SetStep(++steps_);
  const bool on_host = groups_.front().block.parameters.is_cpu();
  if (on_host && control.finite.defined() && !control.finite.item<bool>()) {
    DropGradients();
    return;
  }
  ScaleGradients(control);
  for (Group& group : groups_) {
    const UpdateFactors factors{.rate = learning_rate * group.rate, .decay = group.decay};
    if (on_host) {
      const UpdateBlock<float*> pointers = PointersOf(group.block);
      at::parallel_for(0, group.block.parameters.numel(), kPiece,
                       [&](int64_t begin, int64_t end) { rule_->Update(factors, pointers, begin, end); });
    } else {
      rule_->Update(factors, group.block, control.finite);
    }
  }
  DropGradients();
}

Tensor Optimizer::GradientsAreFinite() const {
  torch::NoGradGuard no_grad;
  Tensor finite;
  for (const Group& group : groups_) {
    const Tensor own = group.block.gradients.isfinite().all();
    finite = finite.defined() ? finite.logical_and(own) : own;
  }
  return finite;
}

void Optimizer::DropGradients() {
  torch::NoGradGuard no_grad;
  for (Group& group : groups_) group.block.gradients.zero_();
}

Tensor Optimizer::SlotOf(const Member& member, size_t slot) {
  return PartOf(groups_[member.group].block.slots[slot], member.offset, member.tensor);
}

std::vector<TensorView> Optimizer::State(std::vector<Tensor>& storage) {
  std::vector<TensorView> views;
  for (const Member& member : members_) {
    for (size_t slot = 0; slot < rule_->slots().size(); ++slot) {
      views.push_back(
          AsView(member.name + "/" + std::string(rule_->slots()[slot].name), SlotOf(member, slot), storage));
    }
  }
  views.push_back(AsView("steps", torch::tensor(steps_, torch::kInt64), storage));
  return views;
}

void Optimizer::Load(const TensorFile& file) {
  torch::NoGradGuard no_grad;
  const std::span<const UpdateRule::Slot> slots = rule_->slots();
  if (file.tensors().size() != members_.size() * slots.size() + 1) {
    throw dataset::Error(file.path(), "is the state of another optimizer");
  }
  for (const Member& member : members_) {
    for (size_t slot = 0; slot < slots.size(); ++slot) {
      const std::string name = member.name + "/" + std::string(slots[slot].name);
      SlotOf(member, slot).copy_(AsTensor(FittingTensor(file, name, member.tensor.sizes(), slots[slot].allowed)));
    }
  }
  steps_ = FittingCount(file, "steps");
}

}  // namespace train
