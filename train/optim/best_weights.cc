#include "train/optim/best_weights.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "train/network/classifier.h"
#include "train/network/tensors.h"
#include "train/weights/tensor_values.h"

namespace train {

using torch::Tensor;

namespace {

void SetWeights(Classifier& model, const std::vector<Tensor>& values) {
  torch::NoGradGuard no_grad;
  size_t i = 0;
  for (const Classifier::NamedTensor& item : model.State()) Tensor(item.tensor).copy_(values[i++]);
}

// The mean of `count` weights and one more.
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

bool IsBetter(const BestWeights::Score& a, const BestWeights::Score& b) {
  return a.score > b.score || (a.score == b.score && a.loss < b.loss);
}

void BestWeights::Add(uint32_t epoch, const Score& score, const Classifier& model) {
  const auto place =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return IsBetter(score, entry.score); });
  const auto at = place - entries_.begin();
  if (static_cast<size_t>(at) == most_) return;
  std::vector<Tensor> copies;
  names_.clear();
  for (const Classifier::NamedTensor& item : model.State()) {
    names_.push_back(item.name);
    copies.push_back(item.tensor.detach().to(torch::kCPU, /*non_blocking=*/false, /*copy=*/true));
  }
  entries_.insert(place, {epoch, score});
  tensors_.insert(tensors_.begin() + at, std::move(copies));
  if (entries_.size() <= most_) return;
  entries_.pop_back();
  tensors_.pop_back();
}

std::vector<uint32_t> BestWeights::Average(Classifier& model, const std::function<Score()>& judge,
                                           Score* result) const {
  std::vector<uint32_t> epochs = {entries_.front().epoch};
  std::vector<Tensor> mean = tensors_.front();
  *result = entries_.front().score;
  for (size_t i = 1; i < entries_.size(); ++i) {
    std::vector<Tensor> wider = WithOneMore(mean, tensors_[i], epochs.size());
    SetWeights(model, wider);
    const Score score = judge();
    if (IsBetter(*result, score)) continue;
    *result = score;
    mean = std::move(wider);
    epochs.push_back(entries_[i].epoch);
  }
  SetWeights(model, mean);
  return epochs;
}

std::vector<TensorView> BestWeights::State(std::vector<Tensor>& storage) const {
  std::vector<TensorView> views;
  for (size_t i = 0; i < entries_.size(); ++i) {
    for (size_t j = 0; j < names_.size(); ++j) {
      views.push_back(AsView(std::to_string(entries_[i].epoch) + "/" + names_[j], tensors_[i][j], storage));
    }
  }
  return views;
}

void BestWeights::Load(const TensorFile& file, const std::vector<Entry>& entries, const Classifier& model) {
  const std::vector<Classifier::NamedTensor> state = model.State();
  const auto fail = [&](const std::string& cause) { throw dataset::Error(file.path(), cause); };
  if (entries.size() > most_ || file.tensors().size() != entries.size() * state.size()) {
    fail("holds the weights of other epochs than its checkpoint says");
  }
  std::vector<std::vector<Tensor>> tensors;
  for (const Entry& entry : entries) {
    tensors.emplace_back();
    for (const Classifier::NamedTensor& item : state) {
      const std::string name = std::to_string(entry.epoch) + "/" + item.name;
      const TensorView* view = file.Find(name);
      if (view == nullptr || at::IntArrayRef(view->shape) != item.tensor.sizes()) fail("has no fitting '" + name + "'");
      CheckValues(*view, AllowedValues::kFinite, file.path());
      tensors.back().push_back(AsTensor(*view));
    }
  }
  names_.clear();
  for (const Classifier::NamedTensor& item : state) names_.push_back(item.name);
  entries_ = entries;
  tensors_ = std::move(tensors);
}

}  // namespace train
