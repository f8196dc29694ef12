#pragma once

#include <cstdint>

#include "train/loop/phase.h"
#include "train/loop/train_state.h"

namespace train {

class Classifier;
class Optimizer;

struct StepReport {
  uint64_t step = 0;  // from 0, over both phases
  uint32_t epoch = 0;
  double loss = 0;  // of the batch, with label smoothing
  double learning_rate = 0;
  int samples = 0;
};

struct EpochReport {
  PhaseKind phase = PhaseKind::kFinetune;
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

}  // namespace train
