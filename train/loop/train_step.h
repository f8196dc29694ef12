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
  uint64_t seed = 0;           // seed of random numbers within a step, such as dropout's
  Compute compute;
  Normalization normalization;
};

// Does one step of training: forward, loss, backward, and the step of the optimizer. The same weights, optimizer,
// batch, step number and options give the same numbers if the number of compute threads is the same. Not thread-safe.
class TrainStep {
 public:
  // `model` must outlive the object, and must be on the device of options.compute.
  TrainStep(Classifier& model, const TrainStepOptions& options);

  struct Result {
    double loss = 0;       // mean over the batch, with label smoothing; may be infinite or NaN
    uint64_t correct = 0;  // samples that were classified correctly before the step
  };
  // `step` counts from 0 over the whole run. With Trainable::kHead no gradient goes through the backbone. Waits for the
  // device, so the batch may be given back afterwards.
  Result Run(const dataset::Batch& batch, Trainable trainable, uint64_t step, double learning_rate,
             Optimizer& optimizer);

 private:
  torch::Tensor Forward(const torch::Tensor& pixels, Trainable trainable) const;

  Classifier& model_;
  TrainStepOptions options_;
  BatchMover mover_;
};

}  // namespace train
