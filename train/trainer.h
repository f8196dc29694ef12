#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "train/classifier.h"
#include "train/device.h"
#include "train/evaluator.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "train/train_state.h"

namespace train {

struct Phase {
  std::string name;     // head, finetune
  uint32_t epochs = 0;  // 0: the phase is left out
  Trainable trainable = Trainable::kAll;
  OptimizerKind optimizer = OptimizerKind::kAdam;
  ScheduleKind schedule = ScheduleKind::kConstant;
  double learning_rate = 1e-3;  // its peak
  double warmup = 0;            // part of the phase's steps
};

struct TrainerOptions {
  std::vector<Phase> phases;
  double label_smoothing = 0;
  uint64_t seed = 0;
  Compute compute;
  std::vector<float> mean;  // input = (byte - mean) / std, one a channel
  std::vector<float> std;
  std::function<bool()> stop;  // asked after each step; true: save and return
};

struct StepReport {
  uint64_t step = 0;  // from 0, over both phases
  uint32_t epoch = 0;
  double loss = 0;  // of the batch, with label smoothing
  double learning_rate = 0;
  int samples = 0;
};

struct EpochReport {
  std::string phase;
  uint32_t epoch = 0;   // of the run, from 0
  uint32_t epochs = 0;  // of the run
  uint64_t step = 0;    // steps done
  double loss = 0;      // mean over the epoch, with label smoothing and dropout, as trained on
  double accuracy = 0;
  double val_loss = 0;  // mean cross entropy, without smoothing
  double val_accuracy = 0;
  bool best = false;             // the best val accuracy so far; of equals the first
  double images_per_second = 0;  // of training
  double seconds = 0;            // training and validation
};

// Watches a training; may keep what it is shown, must not change it. Called in the training's thread.
class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void OnPhase(const Phase&) {}
  virtual void OnStep(const StepReport&) {}
  virtual void OnEpoch(const EpochReport&) {}
  virtual void OnBest(Classifier&) {}
  // After each epoch and at a stop.
  virtual void OnCheckpoint(const TrainState&, Classifier&, Optimizer&) {}
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
  bool Validate(const Phase& phase, TrainState& state);
  bool Stopped() const { return options_.stop && options_.stop(); }
  void Checkpoint(const TrainState& state, Optimizer& optimizer);

  Classifier& model_;
  TrainerOptions options_;
  BatchStream train_;
  Evaluator validator_;
  std::vector<TrainObserver*> observers_;
  BatchMover mover_;
  uint32_t epochs_ = 0;
};

}  // namespace train
