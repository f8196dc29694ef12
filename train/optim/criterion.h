#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "train/optim/loss.h"

namespace train {

struct CriterionOptions {
  Loss loss = Loss::kSoftmax;
  int classes = 0;                    // labels are below it
  double label_smoothing = 0;         // 0 ... 1
  std::vector<double> class_weights;  // one per class, 0 or more; none: all 1
  double focal = 0;                   // gamma of the focal loss (Lin et al. 2017), 0 or more
};

// What a training makes small. Thread-safe.
//
// With softmax it is PyTorch's CrossEntropyLoss(weight, label_smoothing). With sigmoid the loss of a sample, which is
// the mean of its scores' BCEWithLogitsLoss, has the weight of its class, or of its mixed classes by their shares.
// `focal` multiplies each class's term by (1 - p)^gamma, p the probability of what the term asks for, as torchvision's
// sigmoid_focal_loss without alpha does.
class Criterion {
 public:
  Criterion(const CriterionOptions& options, const torch::Device& device);

  // Returns the mean over the batch, a scalar. `logits` are [N, OutputsOf(loss, classes)]. `targets` are labels, int64
  // [N], or shares of classes, float [N, classes]. With class weights the sum of a batch with labels is divided by the
  // sum of its samples' weights, and that of a batch with shares by N, as PyTorch does; a batch of weight 0 has loss 0.
  torch::Tensor Mean(const torch::Tensor& logits, const torch::Tensor& targets) const;

  // Returns the sum that this mean divides. The mean over several batches is the sum of their sums by that of their
  // weights.
  torch::Tensor Sum(const torch::Tensor& logits, const torch::Tensor& targets) const;
  // Returns what the mean divides the sum by. `labels` are those of the samples.
  double Weight(std::span<const int64_t> labels, bool has_shares) const;

 private:
  bool is_plain() const { return !weights_.defined() && options_.focal == 0; }
  torch::Tensor SharesOf(const torch::Tensor& targets) const;  // [N, classes]
  torch::Tensor SumOfSoftmax(const torch::Tensor& logits, const torch::Tensor& shares) const;
  torch::Tensor SumOfSigmoid(const torch::Tensor& logits, const torch::Tensor& shares,
                             const torch::Tensor& given) const;

  CriterionOptions options_;
  torch::Tensor weights_;  // float [classes]
};

}  // namespace train
