#include "train/loop/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include "dataset/base/error.h"
#include "train/network/idle_threads.h"
#include "train/network/trainable.h"

namespace train {

namespace {

using Clock = std::chrono::steady_clock;

// How to go on after a loss that is not finite.
std::string Cure(const Phase& phase, const TrainState& state) {
  const std::string rate = "a smaller `" + std::string(dataset::NameOf(phase.kind)) + "_learning_rate`";
  if (state.best_accuracy < 0) return "; " + rate + " is the usual cure";
  char best[96];
  std::snprintf(best, sizeof(best),
                "; the best weights are kept, those of epoch %u (val accuracy %.4f); `resume` with ",
                state.best_epoch + 1, state.best_accuracy);
  return best + rate + " goes on from them";
}

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

Trainer::Trainer(Classifier& model, const TrainerOptions& options, BatchStream train, BatchStream val, int classes,
                 std::vector<TrainObserver*> observers)
    : model_(model),
      options_(options),
      train_(std::move(train)),
      validator_(model, options.compute, options.normalization, std::move(val), classes, options.loss),
      step_(model, {.loss = options.loss,
                    .label_smoothing = options.label_smoothing,
                    .classes = classes,
                    .accumulate = options.accumulate,
                    .seed = options.seed,
                    .compute = options.compute,
                    .normalization = options.normalization}),
      observers_(std::move(observers)) {
  for (const Phase& phase : options_.phases) epochs_ += phase.epochs;
}

void Trainer::Checkpoint(const TrainState& state, Optimizer& optimizer) {
  for (TrainObserver* observer : observers_) observer->OnCheckpoint(state, model_, optimizer);
}

uint64_t Trainer::StepsOf(uint64_t batches) const {
  const auto size = static_cast<uint64_t>(options_.accumulate);
  return (batches + size - 1) / size;
}

Outcome Trainer::Fit(TrainState state, const std::function<void(Optimizer&)>& load_optimizer) {
  uint32_t first_epoch = 0;
  for (const Phase& phase : options_.phases) {
    const uint32_t end_epoch = first_epoch + phase.epochs;
    if (state.epoch >= end_epoch) {
      first_epoch = end_epoch;
      continue;
    }
    state.phase = phase.kind;
    for (TrainObserver* observer : observers_) observer->OnPhase(phase);
    model_.SetTrainable(phase.trainable, phase.layers);
    validator_.SetBackboneFrozen(phase.trainable == Trainable::kHead);
    Optimizer optimizer(phase.optimizer, OptimizedParametersOf(model_, phase.rates));
    const bool starts = state.step == 0 && options_.optimizer == FirstOptimizer::kLoaded;
    if (state.epoch > first_epoch || state.batch > 0 || starts) load_optimizer(optimizer);
    const Schedule schedule{.kind = phase.schedule,
                            .peak = phase.learning_rate,
                            .warmup = phase.warmup,
                            .steps = static_cast<int64_t>(phase.epochs * StepsOf(train_.batches))};
    while (state.epoch < end_epoch) {
      const InputSize size = state.epoch - first_epoch < phase.start_epochs ? InputSize::kStart : InputSize::kFull;
      const uint64_t phase_step = (state.epoch - first_epoch) * StepsOf(train_.batches) + StepsOf(state.batch);
      if (!TrainEpoch(phase, schedule, size, phase_step, optimizer, state) || !Validate(phase, optimizer, state)) {
        Checkpoint(state, optimizer);
        return Outcome::kStopped;
      }
      state.complete = state.epoch == epochs_;
      Checkpoint(state, optimizer);
      if (!state.complete && Stopped()) return Outcome::kStopped;
    }
    first_epoch = end_epoch;
  }
  return Outcome::kDone;
}

bool Trainer::TrainEpoch(const Phase& phase, const Schedule& schedule, InputSize input, uint64_t phase_step,
                         Optimizer& optimizer, TrainState& state) {
  if (state.batch == train_.batches) return true;
  const auto start = Clock::now();
  const double seconds_before = state.epoch_seconds, total_before = state.total_seconds;
  model_.SetTrainable(phase.trainable, phase.layers);
  const auto source = train_.open(state.epoch, state.batch, input);
  const auto size = static_cast<uint64_t>(options_.accumulate);
  while (const dataset::BatchLease batch = source->Next()) {
    AdaptIdleThreads();
    step_.Add(*batch, phase.trainable, state.step * size + state.batch % size);
    ++state.batch;
    if (state.batch % size != 0 && state.batch < train_.batches) continue;
    const double rate = schedule.At(static_cast<int64_t>(phase_step));
    const TrainStep::Result result = step_.End(rate, optimizer);
    if (!std::isfinite(result.loss)) {
      throw dataset::Error("the loss is not finite at step " + std::to_string(state.step) + " of epoch " +
                           std::to_string(state.epoch + 1) + Cure(phase, state));
    }
    for (TrainObserver* observer : observers_) {
      observer->OnStep({state.step, state.epoch, result.loss, rate, result.samples});
    }
    state.loss_sum += result.loss * result.samples;
    state.correct += result.correct;
    state.samples += static_cast<uint64_t>(result.samples);
    ++state.step;
    ++phase_step;
    state.epoch_seconds = seconds_before + SecondsSince(start);
    state.total_seconds = total_before + SecondsSince(start);
    if (state.batch < train_.batches && Stopped()) return false;
  }
  return true;
}

bool Trainer::Validate(const Phase& phase, Optimizer& optimizer, TrainState& state) {
  const auto start = Clock::now();
  std::optional<Evaluator::Totals> totals;
  try {
    totals = validator_.Sum(options_.stop);
  } catch (const dataset::Error&) {
    // An unreadable val sample must not cost the epoch.
    Checkpoint(state, optimizer);
    throw;
  }
  if (!totals) return false;
  if (!std::isfinite(totals->loss)) {
    throw dataset::Error("the val loss is not finite in epoch " + std::to_string(state.epoch + 1) + Cure(phase, state));
  }
  const double accuracy =
      static_cast<double>(totals->correct) / std::max<double>(1, static_cast<double>(totals->samples));
  const double seconds = SecondsSince(start);
  state.total_seconds += seconds;
  EpochReport report;
  report.phase = phase.kind;
  report.epoch = state.epoch;
  report.epochs = epochs_;
  report.step = state.step;
  report.loss = state.loss_sum / static_cast<double>(state.samples);
  report.accuracy = static_cast<double>(state.correct) / static_cast<double>(state.samples);
  report.val_loss = totals->loss;
  report.val_accuracy = accuracy;
  const bool ties = accuracy == state.best_accuracy;
  report.best = accuracy > state.best_accuracy || (ties && totals->loss < state.best_loss);
  report.images_per_second = static_cast<double>(state.samples) / state.epoch_seconds;
  report.seconds = state.epoch_seconds + seconds;
  if (report.best) {
    state.best_accuracy = accuracy;
    state.best_epoch = state.epoch;
    state.best_loss = totals->loss;
    for (TrainObserver* observer : observers_) observer->OnBest(model_);
  }
  for (TrainObserver* observer : observers_) observer->OnEpoch(report);
  ++state.epoch;
  state.batch = 0;
  state.loss_sum = state.epoch_seconds = 0;
  state.correct = state.samples = 0;
  return true;
}

}  // namespace train
