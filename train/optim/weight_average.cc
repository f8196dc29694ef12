#include "train/optim/weight_average.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "train/network/classifier.h"
#include "train/network/tensors.h"

namespace train {

using torch::Tensor;

WeightAverage::WeightAverage(Classifier& model, double decay) : decay_(decay) {
  for (auto& [name, tensor, layer] : model.State()) {
    pairs_.push_back({std::move(name), tensor, tensor.detach().clone()});
  }
}

void WeightAverage::Update() {
  torch::NoGradGuard no_grad;
  ++steps_;
  const double t = static_cast<double>(steps_);
  const double part = 1 - std::min(decay_, (1 + t) / (10 + t));
  for (Pair& pair : pairs_) {
    if (pair.weight.is_floating_point()) {
      pair.average.lerp_(pair.weight, part);
    } else {
      pair.average.copy_(pair.weight);
    }
  }
}

void WeightAverage::Exchange() {
  torch::NoGradGuard no_grad;
  for (Pair& pair : pairs_) {
    const Tensor own = pair.weight.clone();
    pair.weight.copy_(pair.average);
    pair.average.copy_(own);
  }
}

std::vector<TensorView> WeightAverage::State(std::vector<Tensor>& storage) const {
  std::vector<TensorView> views;
  for (const Pair& pair : pairs_) views.push_back(AsView(pair.name, pair.average, storage));
  views.push_back(AsView("steps", torch::tensor(steps_, torch::kInt64), storage));
  return views;
}

void WeightAverage::Load(const TensorFile& file) {
  torch::NoGradGuard no_grad;
  if (file.tensors().size() != pairs_.size() + 1) {
    throw dataset::Error(file.path(), "holds the weights of another network");
  }
  std::vector<Tensor> values;
  for (const Pair& pair : pairs_) {
    values.push_back(AsTensor(FittingTensor(file, pair.name, pair.average.sizes(), AllowedValues::kFinite)));
  }
  const int64_t steps = FittingCount(file, "steps");
  for (size_t i = 0; i < values.size(); ++i) pairs_[i].average.copy_(values[i]);
  steps_ = steps;
}

}  // namespace train
