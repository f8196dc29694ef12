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

struct TrainerOptions {
  std::vector<Phase> phases;
  Loss loss = Loss::kSoftmax;
  double label_smoothing = 0;
  uint64_t seed = 0;
  Compute compute;
  Normalization normalization;
  std::function<bool()> stop;  // asked after each step; true: save and return
};

enum class Outcome { kDone, kStopped };

// The loop: phases of epochs of steps, validation after each epoch. It sees batches and tensors, never files.
class Trainer {
 public:
  // All references must outlive the trainer.
  Trainer(Classifier& model, const TrainerOptions& options, BatchStream train, BatchStream val, int classes,
          std::vector<TrainObserver*> observers);

  // Goes on from `state` (a fresh one: from the start) to the end, or to a stop. The model then holds the last weights.
  // `load_optimizer` is called if `state` lies within a phase. The same (model, options, data, state) give the same
  // numbers for the same compute threads. Throws dataset::Error if the loss is not finite.
  Outcome Fit(TrainState state, const std::function<void(Optimizer&)>& load_optimizer);

 private:
  bool TrainEpoch(const Phase& phase, const Schedule& schedule, uint64_t phase_step, Optimizer& optimizer,
                  TrainState& state);
  bool Validate(const Phase& phase, Optimizer& optimizer, TrainState& state);
  bool Stopped() const { return options_.stop && options_.stop(); }
  void Checkpoint(const TrainState& state, Optimizer& optimizer);

  Classifier& model_;
  TrainerOptions options_;
  BatchStream train_;
  Evaluator validator_;
  TrainStep step_;
  std::vector<TrainObserver*> observers_;
  uint32_t epochs_ = 0;
};

}  // namespace train
