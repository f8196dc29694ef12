#include "train/optim/weight_average.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "train/network/classifier.h"
#include "train/network/tensors.h"
#include "train/weights/tensor_values.h"

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
  const auto fail = [&](const std::string& cause) { throw dataset::Error(file.path(), cause); };
  if (file.tensors().size() != pairs_.size() + 1) fail("holds the weights of another network");
  std::vector<Tensor> values;
  for (const Pair& pair : pairs_) {
    const TensorView* view = file.Find(pair.name);
    if (view == nullptr || at::IntArrayRef(view->shape) != pair.average.sizes()) {
      fail("has no fitting '" + pair.name + "'");
    }
    CheckValues(*view, AllowedValues::kFinite, file.path());
    values.push_back(AsTensor(*view));
  }
  const TensorView* steps = file.Find("steps");
  if (steps == nullptr || steps->dtype != DType::kInt64 || !steps->shape.empty()) fail("has no fitting 'steps'");
  for (size_t i = 0; i < values.size(); ++i) pairs_[i].average.copy_(values[i]);
  steps_ = AsTensor(*steps).item<int64_t>();
}

}  // namespace train
