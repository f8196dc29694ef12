#include "train/guard/finite_gate.h"

#include "train/network/classifier.h"

namespace train {

using torch::Tensor;

std::vector<Tensor> FiniteGate::Statistics() const {
  std::vector<Tensor> statistics;
  for (const Network::Entry& entry : model_.network().entries()) {
    if (!entry.parameter.learned()) statistics.push_back(entry.tensor);
  }
  return statistics;
}

void FiniteGate::Keep() {
  torch::NoGradGuard no_grad;
  kept_.clear();
  for (const Tensor& tensor : Statistics()) kept_.push_back(tensor.clone());
}

void FiniteGate::Settle(const Tensor& open) {
  torch::NoGradGuard no_grad;
  std::vector<Tensor> statistics = Statistics();
  for (size_t i = 0; i < statistics.size(); ++i) statistics[i].copy_(torch::where(open, statistics[i], kept_[i]));
}

}  // namespace train
