#include "train/optim/loss.h"

#include <torch/types.h>

namespace train {

using torch::Tensor;

int OutputsOf(Loss loss, int classes) { return loss == Loss::kSigmoid && classes == 2 ? 1 : classes; }

Tensor LossOf(Loss loss, const Tensor& logits, const Tensor& targets, int classes, double smoothing) {
  if (loss == Loss::kSoftmax) {
    constexpr int64_t kNoLabelIgnored = -100;
    return torch::cross_entropy_loss(logits, targets, {}, at::Reduction::Mean, kNoLabelIgnored, smoothing);
  }
  Tensor parts = targets.dim() == 1 ? torch::one_hot(targets, classes).to(logits.scalar_type()) : targets;
  parts = parts * (1 - smoothing) + smoothing / classes;
  if (logits.size(1) == 1) parts = parts.slice(1, 1, 2);
  return torch::binary_cross_entropy_with_logits(logits, parts, {}, {}, at::Reduction::Mean);
}

Tensor LogProbabilities(Loss loss, const Tensor& logits) {
  if (loss == Loss::kSoftmax) return torch::log_softmax(logits, 1);
  if (logits.size(1) > 1) return torch::log_sigmoid(logits);
  return torch::log_sigmoid(torch::cat({-logits, logits}, 1));
}

}  // namespace train
