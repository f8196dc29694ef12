#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "train/loop/batch_stream.h"
#include "train/loop/evaluator.h"
#include "train/loop/phase.h"
#include "train/loop/train_observer.h"
#include "train/loop/train_step.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/optim/loss.h"
#include "train/optim/optimizer.h"

namespace train {

// The optimizer of the first step of a run.
enum class FirstOptimizer { kFresh, kLoaded };

struct TrainerOptions {
  std::vector<Phase> phases;
  Loss loss = Loss::kSoftmax;
  double label_smoothing = 0;
  int accumulate = 1;  // batches of a step; the last step of an epoch may have fewer
  uint64_t seed = 0;
  Compute compute;
  Normalization normalization;
  FirstOptimizer optimizer = FirstOptimizer::kFresh;
  std::function<bool()> stop;  // called after each step; true: report a checkpoint and return. May be empty
};

enum class Outcome { kDone, kStopped };

// Trains a model: phases consist of epochs, epochs of steps; validation follows each epoch. It sees batches and
// tensors, never files. Not thread-safe.
class Trainer {
 public:
  // `model` and the observers must outlive the trainer.
  Trainer(Classifier& model, const TrainerOptions& options, BatchStream train, BatchStream val, int classes,
          std::vector<TrainObserver*> observers);

  // Trains from `state` to the end or to a stop; a default state is the start of the run. The model then holds the
  // latest weights, which need not be the best ones. If `state` lies within a phase, or is the start and
  // TrainerOptions::optimizer says so, `load_optimizer` is called to restore the optimizer. The same model, options,
  // data and state give the same numbers if the number of compute threads is the same. Throws dataset::Error if the
  // loss is not finite.
  Outcome Fit(TrainState state, const std::function<void(Optimizer&)>& load_optimizer);

 private:
  bool TrainEpoch(const Phase& phase, const Schedule& schedule, InputSize input, uint64_t phase_step,
                  Optimizer& optimizer, TrainState& state);
  bool Validate(const Phase& phase, Optimizer& optimizer, TrainState& state);
  bool Stopped() const { return options_.stop && options_.stop(); }
  void Checkpoint(const TrainState& state, Optimizer& optimizer);
  // The steps of that many batches of an epoch.
  uint64_t StepsOf(uint64_t batches) const;

  Classifier& model_;
  TrainerOptions options_;
  BatchStream train_;
  Evaluator validator_;
  TrainStep step_;
  std::vector<TrainObserver*> observers_;
  uint32_t epochs_ = 0;
};

}  // namespace train
