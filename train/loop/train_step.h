#pragma once

#include <cstdint>

#include "dataset/load/batch.h"
#include "train/loop/batch_mover.h"
#include "train/loop/normalization.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/network/trainable.h"
#include "train/optim/loss.h"
#include "train/optim/optimizer.h"

namespace train {

struct TrainStepOptions {
  Loss loss = Loss::kSoftmax;
  double label_smoothing = 0;  // 0 ... 1
  int classes = 0;             // labels are below it
  int accumulate = 1;          // the most batches of a step
  uint64_t seed = 0;           // seed of random numbers within a step, such as dropout's
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
    double loss = 0;       // mean over the samples, with label smoothing; may be infinite or NaN
    uint64_t correct = 0;  // samples that were classified correctly before the step
    int samples = 0;
  };
  // Adds the gradients of a batch to the step. `draw` is the number of the batch's random numbers: another one for each
  // batch of the run. With Trainable::kHead no gradient goes through the backbone. Waits for the device, so the batch
  // may be given back afterwards.
  void Add(const dataset::Batch& batch, Trainable trainable, uint64_t draw);
  // Ends the step of the batches that were added since the last one: by the mean gradient of all their samples.
  Result End(double learning_rate, Optimizer& optimizer);

 private:
  torch::Tensor Forward(const torch::Tensor& pixels, Trainable trainable) const;

  Classifier& model_;
  TrainStepOptions options_;
  BatchMover mover_;
  double loss_sum_ = 0;
  Result sum_;
};

}  // namespace train
