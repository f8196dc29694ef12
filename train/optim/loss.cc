#include "train/optim/loss.h"

#include <torch/torch.h>

#include "dataset/base/error.h"

namespace train {

using torch::Tensor;

std::vector<std::string> LossNames() { return {"softmax", "sigmoid"}; }

std::string LossName(Loss loss) { return loss == Loss::kSoftmax ? "softmax" : "sigmoid"; }

Loss ParseLoss(const std::string& name) {
  if (name == "softmax") return Loss::kSoftmax;
  if (name == "sigmoid") return Loss::kSigmoid;
  throw dataset::Error::Usage("`loss` has no value '" + name + "'");
}

int OutputsOf(Loss loss, int classes) { return loss == Loss::kSigmoid && classes == 2 ? 1 : classes; }

Tensor LossOf(Loss loss, const Tensor& logits, const Tensor& targets, int classes, double smoothing) {
  namespace F = torch::nn::functional;
  if (loss == Loss::kSoftmax) {
    return F::cross_entropy(logits, targets, F::CrossEntropyFuncOptions().label_smoothing(smoothing));
  }
  Tensor parts = targets.dim() == 1 ? torch::one_hot(targets, classes).to(logits.scalar_type()) : targets;
  parts = parts * (1 - smoothing) + smoothing / classes;
  if (logits.size(1) == 1) parts = parts.slice(1, 1, 2);
  return F::binary_cross_entropy_with_logits(logits, parts);
}

Tensor LogProbabilities(Loss loss, const Tensor& logits) {
  if (loss == Loss::kSoftmax) return torch::log_softmax(logits, 1);
  if (logits.size(1) > 1) return torch::log_sigmoid(logits);
  return torch::log_sigmoid(torch::cat({-logits, logits}, 1));
}

}  // namespace train
