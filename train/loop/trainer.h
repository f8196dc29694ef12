#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "train/device/device_link.h"
#include "train/guard/divergence.h"
#include "train/loop/batch_stream.h"
#include "train/loop/best_weights.h"
#include "train/loop/early_stop.h"
#include "train/loop/frozen_features.h"
#include "train/loop/phase.h"
#include "train/loop/phase_pacer.h"
#include "train/loop/ridge_head.h"
#include "train/loop/step_results.h"
#include "train/loop/train_observer.h"
#include "train/loop/train_step.h"
#include "train/loop/validator.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/optim/loss.h"
#include "train/optim/optimizer.h"
#include "train/optim/schedule.h"
#include "train/optim/weight_average.h"

namespace train {

// The optimizer of the first step of a run.
enum class FirstOptimizer { kFresh, kLoaded };

struct TrainerOptions {
  std::vector<Phase> phases;
  Loss loss = Loss::kSoftmax;
  double label_smoothing = 0;
  std::vector<double> class_weights;  // of the loss, as CriterionOptions has them
  double focal = 0;
  int accumulate = 1;  // batches of a step; the last step of an epoch may have fewer
  uint64_t seed = 0;
  Compute compute;
  Normalization normalization;
  FirstOptimizer optimizer = FirstOptimizer::kFresh;
  OnDivergence on_divergence = OnDivergence::kStop;
  double ema = 0;                     // decay of a moving average of the weights, 0 ... 1; 0: none
  uint32_t average_best = 0;          // the best epochs whose weights are averaged at the end; below 2: none
  RidgeHeadOptions ridge{};           // for a phase with HeadSolver::kRidge
  std::optional<FixedTrain> fixed{};  // train, if nothing in it is random
  FeatureView val_view{};
  FeatureStore* features = nullptr;  // that of all views; nullptr: none
  std::function<bool()> stop;        // called after each step; true: report a checkpoint and return. May be empty
  EarlyStop early_stop{};            // its `by` also says which epoch is the best
  std::function<double()> clock;     // seconds since any fixed time; empty: of the steady clock
  DeviceLink* link = nullptr;        // nullptr: that of compute.device
  LossScaling scaling = LossScaling::kForFp16;
  double started = 0;  // the clock's time from which deadlines of phases count; 0: that of Fit
};

// Seconds since a fixed time.
double SteadySeconds();

enum class Outcome { kDone, kStopped };

// Load what a checkpoint holds. One that is empty leaves it as it begins.
struct LearnedLoaders {
  std::function<void(Optimizer&)> optimizer{};
  std::function<void(WeightAverage&)> average{};
  std::function<void(const std::vector<ScoredEpoch>& epochs, BestWeights&)> best{};
  // For OnDivergence::kHalve: the best weights of the run at this state or, if there are none yet, those of its start.
  // Returns false, and changes nothing, if they cannot be had.
  std::function<bool(const TrainState&, Classifier&)> sound{};
};

// Trains a model: phases consist of epochs, epochs of steps; validation follows each epoch. A head that is solved takes
// one epoch of one step. It sees batches and tensors, never files. Not thread-safe.
class Trainer {
 public:
  // `model` and the observers must outlive the trainer.
  Trainer(Classifier& model, const TrainerOptions& options, BatchStream train, BatchStream val, int classes,
          std::vector<TrainObserver*> observers);

  // Trains from `state` to the end or to a stop; a default state is the start of the run. The model then holds the
  // latest weights, which need not be the best ones. If `state` lies within a phase, or is the start and
  // TrainerOptions::optimizer says so, `load_optimizer` is called to restore the optimizer. The same model, options,
  // data and state give the same numbers if the number of compute threads is the same. Throws dataset::Error if the
  // loss is not finite and TrainerOptions::on_divergence does not let it go on.
  Outcome Fit(TrainState state, const LearnedLoaders& load);

 private:
  // The phase that the trainer is in.
  struct Current {
    const Phase& phase;
    const LearnedLoaders& load;
    Schedule schedule;
    Optimizer& optimizer;
    WeightAverage* average;  // nullptr: none
    PhasePacer pacer;
  };
  bool FitPhase(const Phase& phase, const LearnedLoaders& load, TrainState& state);
  static double RateOf(const Current& current, uint64_t phase_step, double plateau, const TrainState& state);
  bool TrainEpoch(Current& current, TrainState& state);
  void AddBatch(DeviceBatch batch, const TrainState& state);
  bool TakeResult(const StepResult& result, Current& current, TrainState& state);
  bool SolveHead(TrainState& state);
  bool ComputeFeatures(const Phase& phase, TrainState& state);
  void TakeBest(const ValResult& result, WeightsKind kind, TrainState& state);
  bool AverageBest(TrainState& state);
  EpochReport MakeReport(const Current& current, const TrainState& state, const EpochScore& score,
                         double seconds) const;
  bool Validate(Current& current, TrainState& state);
  // Answers a loss that is not finite: throws, or makes what the next step begins with sound again.
  void Diverge(DivergedLoss loss, uint64_t step, Current& current, TrainState& state);
  // Makes the epoch begin anew.
  void RepeatEpoch(double seconds, Current& current, TrainState& state);
  // Notes in the state whether the phase is over, and returns why, if it was to have more epochs.
  std::optional<StopReason> EndPhase(const Current& current, TrainState& state) const;
  uint32_t EpochsOfRun(const Current& current, const TrainState& state) const;
  // The steps of that many batches of an epoch.
  uint64_t StepsOf(uint64_t batches) const;
  uint64_t EpochSteps() const { return StepsOf(train_.batches); }
  uint64_t PhaseStep(const TrainState& state) const;
  // Of the pictures of the current epoch.
  InputSize SizeOf(const Current& current, const TrainState& state) const;
  double Now() const;
  bool Stopped() const { return options_.stop && options_.stop(); }
  void Checkpoint(TrainState& state, const Current& current);

  Classifier& model_;
  TrainerOptions options_;
  BatchStream train_;
  uint64_t val_batches_;
  Validator validator_;
  std::unique_ptr<DeviceLink> own_link_;
  DeviceLink& link_;
  TrainStep step_;
  RidgeHead ridge_;
  FrozenFeatures frozen_;
  BestWeights best_;
  std::vector<TrainObserver*> observers_;
  double clock_before_ = 0;  // TrainState::clock_seconds at `started`
  double started_ = 0;
  double checkpoint_seconds_ = 0;  // of the latest one
};

}  // namespace train
