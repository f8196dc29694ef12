#include "train/loop/best_weights.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "train/network/classifier.h"
#include "train/network/tensors.h"

namespace train {

using torch::Tensor;

namespace {

std::vector<Tensor> CopyOf(const Classifier& model, torch::Device device) {
  std::vector<Tensor> copies;
  for (const Classifier::NamedTensor& item : model.State()) {
    copies.push_back(item.tensor.detach().to(device, item.tensor.scalar_type(), /*non_blocking=*/false, /*copy=*/true));
  }
  return copies;
}

void SetWeights(Classifier& model, const std::vector<Tensor>& values) {
  torch::NoGradGuard no_grad;
  size_t i = 0;
  for (const Classifier::NamedTensor& item : model.State()) Tensor(item.tensor).copy_(values[i++]);
}

// The mean of `count` weights and one more. Counters are the first one's.
std::vector<Tensor> WithOneMore(const std::vector<Tensor>& mean, const std::vector<Tensor>& more, size_t count) {
  torch::NoGradGuard no_grad;
  std::vector<Tensor> result;
  for (size_t i = 0; i < mean.size(); ++i) {
    result.push_back(mean[i].is_floating_point() ? mean[i].lerp(more[i], 1.0 / static_cast<double>(count + 1))
                                                 : mean[i].clone());
  }
  return result;
}

}  // namespace

void BestWeights::Add(const ScoredEpoch& epoch, const Classifier& model) {
  const auto same = std::find_if(epochs_.begin(), epochs_.end(),
                                 [&](const ScoredEpoch& other) { return other.epoch == epoch.epoch; });
  if (same != epochs_.end()) {
    tensors_.erase(tensors_.begin() + (same - epochs_.begin()));
    epochs_.erase(same);
  }
  const auto place = std::find_if(epochs_.begin(), epochs_.end(),
                                  [&](const ScoredEpoch& other) { return IsBetter(by_, epoch.result, other.result); });
  const auto at = place - epochs_.begin();
  if (static_cast<size_t>(at) == most_) return;
  names_.clear();
  for (const Classifier::NamedTensor& item : model.State()) names_.push_back(item.name);
  epochs_.insert(place, epoch);
  tensors_.insert(tensors_.begin() + at, CopyOf(model, torch::kCPU));
  if (epochs_.size() <= most_) return;
  epochs_.pop_back();
  tensors_.pop_back();
}

std::optional<BestWeights::Mean> BestWeights::Average(Classifier& model,
                                                      const std::function<std::optional<ValResult>()>& judge) const {
  Mean mean{{epochs_.front().epoch}, epochs_.front().result};
  std::vector<Tensor> tensors = tensors_.front();
  for (size_t i = 1; i < epochs_.size(); ++i) {
    std::vector<Tensor> wider = WithOneMore(tensors, tensors_[i], mean.epochs.size());
    SetWeights(model, wider);
    const std::optional<ValResult> result = judge();
    if (!result) return std::nullopt;
    if (IsBetter(by_, mean.result, *result)) continue;
    mean.result = *result;
    mean.epochs.push_back(epochs_[i].epoch);
    tensors = std::move(wider);
  }
  SetWeights(model, tensors);
  return mean;
}

std::vector<TensorView> BestWeights::State(std::vector<Tensor>& storage) const {
  std::vector<TensorView> views;
  for (size_t i = 0; i < epochs_.size(); ++i) {
    for (size_t j = 0; j < names_.size(); ++j) {
      views.push_back(AsView(std::to_string(epochs_[i].epoch) + "/" + names_[j], tensors_[i][j], storage));
    }
  }
  return views;
}

void BestWeights::Load(const TensorFile& file, const std::vector<ScoredEpoch>& epochs, const Classifier& model) {
  const std::vector<Classifier::NamedTensor> state = model.State();
  if (epochs.size() > most_ || file.tensors().size() != epochs.size() * state.size()) {
    throw dataset::Error(file.path(), "holds the weights of other epochs than its checkpoint says");
  }
  std::vector<std::vector<Tensor>> tensors;
  for (const ScoredEpoch& epoch : epochs) {
    tensors.emplace_back();
    for (const Classifier::NamedTensor& item : state) {
      const std::string name = std::to_string(epoch.epoch) + "/" + item.name;
      tensors.back().push_back(AsTensor(FittingTensor(file, name, item.tensor.sizes(), AllowedValues::kFinite)));
    }
  }
  names_.clear();
  for (const Classifier::NamedTensor& item : state) names_.push_back(item.name);
  epochs_ = epochs;
  tensors_ = std::move(tensors);
}

WeightsKeeper::WeightsKeeper(Classifier& model) : model_(model) {
  for (const Classifier::NamedTensor& item : model.State()) tensors_.push_back(item.tensor.detach().clone());
}

WeightsKeeper::~WeightsKeeper() { SetWeights(model_, tensors_); }

}  // namespace train
