#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataset/load/batch.h"
#include "train/device/device_batch.h"
#include "train/features/feature_table.h"
#include "train/guard/finite_gate.h"
#include "train/loop/batch_mover.h"
#include "train/loop/normalization.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/optim/criterion.h"
#include "train/optim/loss_scale.h"
#include "train/optim/optimizer.h"

namespace train {

enum class LossScaling { kForFp16, kAlways };

struct TrainStepOptions {
  Loss loss = Loss::kSoftmax;
  double label_smoothing = 0;         // 0 ... 1
  std::vector<double> class_weights;  // as CriterionOptions has it, as all of these
  double focal = 0;
  int classes = 0;                // labels are below it
  int accumulate = 1;             // the most batches of a step
  uint64_t seed = 0;              // seed of random numbers within a step, such as dropout's
  bool guard_statistics = false;  // those of norms are also as they were after a step whose loss is not finite
  LossScaling scaling = LossScaling::kForFp16;
  Compute compute;
  Normalization normalization;
};

// What a step leaves on the device.
struct StepSums {
  torch::Tensor values;  // [2] float64: the criterion's sum over the samples, and how many were classified correctly
  double weight = 0;     // what the mean divides by
  int samples = 0;
};

// What decides the steps to come, beside weights and optimizer.
struct StepState {
  uint32_t micro_batch = 0;                      // the most samples that are computed at a time; 0: any
  std::optional<LossScale::State> loss_scale{};  // of fp16
};

// Does the steps of a training: forward, loss and backward of one or more batches, then the step of the optimizer. The
// same weights, optimizer, state, batches, numbers and options give the same numbers if the number of compute threads
// is the same. The device is not waited for. Not thread-safe.
//
// If a batch does not fit the memory it is computed in parts of half as many samples, and so are those after it: the
// gradient is that of the mean over the same samples, but norms see the statistics of a part, and those that are
// learned also take in the part that did not fit.
class TrainStep {
 public:
  // `model` must outlive the object, and must be on the device of options.compute.
  TrainStep(Classifier& model, const TrainStepOptions& options);

  struct Result {
    double loss = 0;       // the criterion's mean over the samples; infinite or NaN: the step has changed no parameter
    uint64_t correct = 0;  // samples that were classified correctly before the step
    int samples = 0;
  };
  // Adds the gradients of a batch to the step. `draw` is the number of the batch's random numbers: another one for each
  // batch of the run. The layers below Classifier::boundary are computed without gradients, so nothing of them is kept
  // for the backward pass; if `below` is given, it has their values by sample, and the batch needs no pixels. It must
  // then live until the end of the step. Throws dataset::Error if not even one sample fits the memory.
  void Add(DeviceBatch batch, uint64_t draw, const FeatureTable* below = nullptr);
  // The same for a batch in host memory, which must live until the device has been synchronised.
  void Add(const dataset::Batch& batch, uint64_t draw, const FeatureTable* below = nullptr);
  // Ends the step of the batches that were added since the last one: by the gradient of the criterion's mean over all
  // their samples. If their loss, or a gradient of fp16, is not finite, no parameter changes.
  StepSums Finish(double learning_rate, Optimizer& optimizer);
  // Finish, and waits for the device.
  Result End(double learning_rate, Optimizer& optimizer);

  // `values` are those of the sums, in host memory.
  static Result ResultOf(const StepSums& sums, const torch::Tensor& values);

  const BatchMover& mover() const { return mover_; }
  uint32_t micro_batch() const { return micro_batch_; }
  StepState state() const;  // waits for the device
  void Set(const StepState& state);

 private:
  struct Added {
    DeviceBatch batch;
    uint64_t draw = 0;
    const FeatureTable* below = nullptr;
  };
  torch::Tensor Forward(const torch::Tensor& pixels, std::span<const uint32_t> ids, const FeatureTable* below) const;
  void Compute(const Added& added);
  bool TryCompute(const Added& added);
  void HalveMicroBatch(int size);
  void Restart();

  Classifier& model_;
  TrainStepOptions options_;
  BatchMover mover_;
  Criterion criterion_;
  std::optional<FiniteGate> gate_;
  std::optional<LossScale> loss_scale_;
  uint32_t micro_batch_ = 0;
  std::vector<Added> added_;  // the step's batches whose tensors stay
  bool given_back_ = false;   // whether it has others, too
  bool summed_ = false;       // whether its gradients are of the criterion's sum, not of its mean
  StepSums sums_;
};

}  // namespace train
