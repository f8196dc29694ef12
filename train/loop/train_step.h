#pragma once

#include <cstdint>
#include <vector>

#include "dataset/load/batch.h"
#include "train/loop/batch_mover.h"
#include "train/loop/normalization.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/network/trainable.h"
#include "train/optim/criterion.h"
#include "train/optim/optimizer.h"

namespace train {

struct TrainStepOptions {
  Loss loss = Loss::kSoftmax;
  double label_smoothing = 0;         // 0 ... 1
  std::vector<double> class_weights;  // as CriterionOptions has it, as all of these
  double focal = 0;
  int classes = 0;     // labels are below it
  int accumulate = 1;  // the most batches of a step
  uint64_t seed = 0;   // seed of random numbers within a step, such as dropout's
  Compute compute;
  Normalization normalization;
};

// Does the steps of a training: forward, loss and backward of one or more batches, then the step of the optimizer. The
// same weights, optimizer, batches, numbers and options give the same numbers if the number of compute threads is the
// same. Not thread-safe.
class TrainStep {
 public:
  // `model` must outlive the object, and must be on the device of options.compute.
  TrainStep(Classifier& model, const TrainStepOptions& options);

  struct Result {
    double loss = 0;       // the criterion's mean over the samples; may be infinite or NaN
    uint64_t correct = 0;  // samples that were classified correctly before the step
    int samples = 0;
  };
  // Adds the gradients of a batch to the step. `draw` is the number of the batch's random numbers: another one for each
  // batch of the run. With Trainable::kHead no gradient goes through the backbone. Waits for the device, so the batch
  // may be given back afterwards.
  void Add(const dataset::Batch& batch, Trainable trainable, uint64_t draw);
  // Ends the step of the batches that were added since the last one: by the gradient of the criterion's mean over all
  // their samples.
  Result End(double learning_rate, Optimizer& optimizer);

 private:
  torch::Tensor Forward(const torch::Tensor& pixels, Trainable trainable) const;

  Classifier& model_;
  TrainStepOptions options_;
  BatchMover mover_;
  Criterion criterion_;
  double loss_sum_ = 0;    // Criterion::Sum of the batches
  double weight_sum_ = 0;  // Criterion::Weight of the batches
  Result sum_;
};

}  // namespace train
