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
  double label_smoothing = 0;  // 0 to 1
  int classes = 0;             // that labels count
  uint64_t seed = 0;           // of what is drawn in a step, as dropout does
  Compute compute;
  Normalization normalization;
};

// One step of training: forward, loss, backward, and the optimizer's step. The same (weights, optimizer, batch, step
// number, options) give the same numbers for the same compute threads. Not thread-safe.
class TrainStep {
 public:
  // `model` must outlive it, on options.compute's device.
  TrainStep(Classifier& model, const TrainStepOptions& options);

  struct Result {
    double loss = 0;       // mean over the batch, with label smoothing; may be infinite or no number
    uint64_t correct = 0;  // samples whose greatest logit is their label's, before the step
  };
  // `step` is the run's, from 0. With Trainable::kHead no gradient goes through the backbone. Waits for the device, so
  // the batch may be given back after it.
  Result Run(const dataset::Batch& batch, Trainable trainable, uint64_t step, double learning_rate,
             Optimizer& optimizer);

 private:
  torch::Tensor Forward(const torch::Tensor& pixels, Trainable trainable) const;

  Classifier& model_;
  TrainStepOptions options_;
  BatchMover mover_;
};

}  // namespace train
