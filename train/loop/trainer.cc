#include "train/loop/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

#include "dataset/base/error.h"
#include "train/device/device_queue.h"
#include "train/loop/phase_progress.h"
#include "train/network/idle_threads.h"
#include "train/network/layer_hash.h"
#include "train/network/trainable.h"

namespace train {

namespace {

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

}  // namespace

double SteadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Trainer::Trainer(Classifier& model, const TrainerOptions& options, BatchStream train, BatchStream val, int classes,
                 std::vector<TrainObserver*> observers)
    : model_(model),
      options_(options),
      train_(std::move(train)),
      val_batches_(val.batches),
      validator_(Evaluator(model, options.compute, options.normalization, std::move(val), classes, options.loss),
                 options.early_stop.by, options.stop),
      own_link_(options.link == nullptr ? MakeDeviceLink(options.compute.device) : nullptr),
      link_(options.link == nullptr ? *own_link_ : *options.link),
      step_(model, {.loss = options.loss,
                    .label_smoothing = options.label_smoothing,
                    .class_weights = options.class_weights,
                    .focal = options.focal,
                    .classes = classes,
                    .accumulate = options.accumulate,
                    .seed = options.seed,
                    .guard_statistics = options.on_divergence == OnDivergence::kWarn,
                    .scaling = options.scaling,
                    .compute = options.compute,
                    .normalization = options.normalization}),
      ridge_(model, options.ridge, options.compute, options.normalization, classes, options.label_smoothing),
      frozen_(model, options.fixed, options.compute, options.normalization),
      best_(options.average_best, options.early_stop.by),
      observers_(std::move(observers)) {
  if (!options_.clock) options_.clock = SteadySeconds;
  validator_.evaluator().SetView(options_.val_view);
}

void Trainer::Checkpoint(TrainState& state, const Current& current) {
  state.clock_seconds = Now();
  state.kept = best_.epochs();
  const StepState step = step_.state();
  state.micro_batch = step.micro_batch;
  if (step.loss_scale) {
    state.loss_scale = step.loss_scale->factor;
    state.loss_scale_steps = step.loss_scale->steps;
  }
  const Learned learned{.model = model_, .optimizer = current.optimizer, .average = current.average, .best = best_};
  for (TrainObserver* observer : observers_) observer->OnCheckpoint(state, learned);
  checkpoint_seconds_ = Now() - state.clock_seconds;
}

double Trainer::Now() const { return clock_before_ + options_.clock() - started_; }

uint64_t Trainer::StepsOf(uint64_t batches) const {
  const auto size = static_cast<uint64_t>(options_.accumulate);
  return (batches + size - 1) / size;
}

uint64_t Trainer::PhaseStep(const TrainState& state) const {
  return (state.epoch - PhaseBegin(state)) * EpochSteps() + StepsOf(state.batch);
}

InputSize Trainer::SizeOf(const Current& current, const TrainState& state) const {
  const uint64_t end = (state.epoch - PhaseBegin(state) + 1) * EpochSteps();
  const auto small = static_cast<double>(current.phase.start_epochs * EpochSteps());
  return static_cast<double>(current.pacer.Position(end, state)) <= small ? InputSize::kStart : InputSize::kFull;
}

Outcome Trainer::Fit(TrainState state, const LearnedLoaders& load) {
  if (!state.kept.empty() && load.best) load.best(state.kept, best_);
  StepState step{.micro_batch = state.micro_batch};
  if (state.loss_scale > 0) step.loss_scale = {state.loss_scale, state.loss_scale_steps};
  step_.Set(step);
  NotePhasesDone(options_.phases, &state);
  started_ = options_.started > 0 ? options_.started : options_.clock();
  clock_before_ = state.clock_seconds;
  while (state.phase_ends.size() < options_.phases.size()) {
    const Phase& phase = options_.phases[state.phase_ends.size()];
    if (phase.epochs == 0) {
      state.phase_ends.push_back(state.epoch);
    } else if (!FitPhase(phase, load, state)) {
      return Outcome::kStopped;
    }
  }
  return Outcome::kDone;
}

// Returns false if it was stopped.
bool Trainer::FitPhase(const Phase& phase, const LearnedLoaders& load, TrainState& state) {
  const size_t number = state.phase_ends.size();
  state.phase = phase.kind;
  state.stop.reset();
  for (TrainObserver* observer : observers_) observer->OnPhase(phase);
  model_.network().SetNormMomentum(phase.norm_momentum);
  model_.SetTrainable(phase.trainable, phase.layers);
  validator_.evaluator().SetBackboneFrozen(phase.trainable == Trainable::kHead);
  Optimizer optimizer(phase.optimizer, OptimizedParametersOf(model_, phase.rates));
  const bool starts = state.step == 0 && options_.optimizer == FirstOptimizer::kLoaded;
  if ((PhaseStep(state) > 0 || starts) && load.optimizer) load.optimizer(optimizer);
  std::optional<WeightAverage> average;
  if (options_.ema > 0 && phase.solver == HeadSolver::kGradient) average.emplace(model_, options_.ema);
  if (average && PhaseStep(state) > 0 && load.average) load.average(*average);
  Current current{.phase = phase,
                  .load = load,
                  .schedule = {.kind = phase.schedule,
                               .peak = phase.learning_rate,
                               .warmup = phase.warmup,
                               .steps = static_cast<int64_t>(phase.epochs * EpochSteps()),
                               .epoch_steps = static_cast<int64_t>(EpochSteps()),
                               .options = phase.schedule_options},
                  .optimizer = optimizer,
                  .average = average ? &*average : nullptr,
                  .pacer = PhasePacer(phase, EpochSteps(), val_batches_)};
  if (!ComputeFeatures(phase, state)) {
    Checkpoint(state, current);
    return false;
  }
  current.pacer.Begin(PhaseStep(state), Now(), &state);
  while (state.phase_ends.size() == number) {
    const bool trained = phase.solver == HeadSolver::kRidge ? SolveHead(state) : TrainEpoch(current, state);
    const bool done = trained && Validate(current, state);
    if (done) state.complete = state.phase_ends.size() == options_.phases.size();
    Checkpoint(state, current);
    current.pacer.AfterPause(checkpoint_seconds_);
    if (!done || (!state.complete && Stopped())) return false;
  }
  return true;
}

double Trainer::RateOf(const Current& current, uint64_t phase_step, double plateau, const TrainState& state) {
  const double rate = current.schedule.At(current.pacer.Position(phase_step, state), plateau);
  const double part = current.pacer.MostPart(phase_step, state);
  return (part < 1 ? std::min(rate, part * current.schedule.peak) : rate) * state.divergences.rate_factor;
}

void Trainer::AddBatch(DeviceBatch batch, const TrainState& state) {
  const auto size = static_cast<uint64_t>(options_.accumulate);
  const std::string samples = std::to_string(batch.size());
  const uint32_t before = step_.micro_batch();
  step_.Add(std::move(batch), state.step * size + state.batch % size, frozen_.table());
  if (step_.micro_batch() == before) return;
  const std::string part = std::to_string(step_.micro_batch());
  const Finding finding{FindingKind::kOutOfMemory, state.epoch,
                        "out of memory: the " + samples + " pictures of a batch are computed " + part +
                            " at a time from here on, to the same gradient, but norms that learn see " + part +
                            "; a smaller `batch_size` or `image_size` needs less"};
  for (TrainObserver* observer : observers_) observer->OnFinding(finding);
}

// Returns false if the loss was not finite, which has been answered then.
bool Trainer::TakeResult(const StepResult& result, Current& current, TrainState& state) {
  const StepReport& report = result.report;
  if (!std::isfinite(report.loss)) {
    Diverge(DivergedLoss::kTrain, report.step, current, state);
    return false;
  }
  state.divergences.in_a_row = 0;
  for (TrainObserver* observer : observers_) observer->OnStep(report);
  state.loss_sum += report.loss * report.samples;
  state.correct += result.correct;
  state.samples += static_cast<uint64_t>(report.samples);
  return true;
}

bool Trainer::TrainEpoch(Current& current, TrainState& state) {
  uint64_t phase_step = PhaseStep(state);
  const auto epoch_ends = [&] { return state.batch == train_.batches || phase_step >= current.pacer.Steps(state); };
  if (epoch_ends()) return true;
  const Phase& phase = current.phase;
  const double start = Now();
  const double seconds_before = state.epoch_seconds, total_before = state.total_seconds;
  const double plateau = PlateauPartOf(phase, options_.early_stop.by, state);
  model_.SetTrainable(phase.trainable, phase.layers);
  const auto source = frozen_.table() != nullptr ? frozen_.Open(state.epoch, state.batch)
                                                 : train_.open(state.epoch, state.batch, SizeOf(current, state));
  DeviceQueue queue(*source, link_, [&](const dataset::Batch& batch) { return step_.mover().HostTensors(batch); });
  StepResults results(link_);
  const auto take_time = [&] {
    const double now = Now();
    state.epoch_seconds = seconds_before + now - start;
    state.total_seconds = total_before + now - start;
    return now;
  };
  const auto take_but = [&](size_t unread) {
    bool finite = true;
    while (results.unread() > unread) finite &= TakeResult(results.TakeOldest(), current, state);
    return finite;
  };
  const auto take_all = [&] {
    const bool finite = take_but(0);
    if (!link_.SharesMemory()) take_time();
    return finite;
  };
  // While the device is busy nobody waits for a batch.
  const auto prefetch = [&] {
    const double waited = queue.waited();
    queue.Prefetch();
    if (!results.busy()) state.wait_seconds += queue.waited() - waited;
  };
  const auto next = [&] {
    prefetch();
    try {
      return queue.Next();
    } catch (const dataset::Error&) {
      take_all();
      throw;
    }
  };
  while (std::optional<DeviceBatch> batch = next()) {
    AdaptIdleThreads();
    AddBatch(std::move(*batch), state);
    ++state.batch;
    if (state.batch % static_cast<uint64_t>(options_.accumulate) != 0 && state.batch < train_.batches) continue;
    const double rate = RateOf(current, phase_step, plateau, state);
    const StepReport report{.step = state.step, .epoch = state.epoch, .learning_rate = rate};
    results.Add(step_.Finish(rate, current.optimizer), report);
    if (current.average != nullptr) current.average->Update();
    state.learning_rate = rate;
    ++state.step;
    ++phase_step;
    current.pacer.AfterStep(phase_step, take_time(), &state);
    // The next step begins with what halving makes of this one.
    if (options_.on_divergence == OnDivergence::kHalve && !take_all()) {
      Checkpoint(state, current);
      current.pacer.AfterPause(checkpoint_seconds_);
    }
    if (epoch_ends()) break;
    if (Stopped()) {
      take_all();
      return false;
    }
    prefetch();
    take_but(1);
  }
  take_all();
  return true;
}

// Returns false if it was stopped.
bool Trainer::ComputeFeatures(const Phase& phase, TrainState& state) {
  if (options_.features != nullptr) options_.features->UseLayers(HashLayers(model_.network(), model_.boundary()));
  if (phase.solver == HeadSolver::kRidge) return true;
  // Pictures of two sizes have two tables.
  const uint64_t batches = phase.start_epochs > 0 ? 0 : phase.epochs * train_.batches;
  const double start = Now();
  const bool done = frozen_.Begin(batches, options_.stop, [&](int samples) {
    for (TrainObserver* observer : observers_) observer->OnFeatures({state.epoch, samples});
  });
  const double seconds = Now() - start;
  state.epoch_seconds += seconds;
  state.total_seconds += seconds;
  return done;
}

bool Trainer::SolveHead(TrainState& state) {
  if (state.batch == train_.batches) return true;
  const double start = Now();
  const auto advance = [&](int samples) {
    for (TrainObserver* observer : observers_) observer->OnFeatures({state.epoch, samples});
  };
  const std::optional<SolvedHead> solved = ridge_.Solve(validator_.evaluator(), options_.stop, advance);
  const double seconds = Now() - start;
  state.epoch_seconds += seconds;
  state.total_seconds += seconds;
  if (!solved) return false;
  for (TrainObserver* observer : observers_) observer->OnSolvedHead(*solved);
  const auto samples = static_cast<double>(solved->samples);
  state.loss_sum = solved->loss * samples;
  state.correct = static_cast<uint64_t>(std::llround(solved->accuracy * samples));
  state.samples = solved->samples;
  state.learning_rate = 0;
  state.batch = train_.batches;
  ++state.step;
  return true;
}

uint32_t Trainer::EpochsOfRun(const Current& current, const TrainState& state) const {
  const uint64_t steps = current.pacer.Steps(state);
  uint64_t epochs = PhaseBegin(state) + (steps + EpochSteps() - 1) / EpochSteps();
  for (size_t i = state.phase_ends.size() + 1; i < options_.phases.size(); ++i) epochs += options_.phases[i].epochs;
  return static_cast<uint32_t>(epochs);
}

std::optional<StopReason> Trainer::EndPhase(const Current& current, TrainState& state) const {
  const std::optional<StopReason> stop = FindStop(options_.early_stop, PhaseResults(state));
  const bool planned = PhaseStep(state) >= current.pacer.Steps(state);
  if (!stop && !planned) return std::nullopt;
  const size_t phases = options_.phases.size(), next = state.phase_ends.size() + 1;
  const bool whole_run = stop == StopReason::kTarget;
  if (stop && (!planned || (whole_run && next < phases))) state.stop = stop;
  state.phase_ends.resize(whole_run ? phases : next, state.epoch);
  state.time_plan.reset();
  if (next < phases && options_.phases[next].kind != current.phase.kind) state.divergences.rate_factor = 1;
  return state.stop;
}

// The model has these weights.
void Trainer::TakeBest(const ValResult& result, WeightsKind kind, TrainState& state) {
  state.best_accuracy = result.accuracy;
  state.best_loss = result.loss;
  state.best_f1 = result.f1;
  state.best_epoch = state.epoch;
  state.best_weights = kind;
  state.averaged.clear();
  for (TrainObserver* observer : observers_) observer->OnBest(model_);
}

// Takes the average of the best epochs if it is better than all. Returns false if it was stopped.
bool Trainer::AverageBest(TrainState& state) {
  const WeightsKeeper keeper(model_);
  const auto judge = [&]() -> std::optional<ValResult> {
    const std::optional<EpochScore> score = validator_.ScoreModel();
    return score ? std::optional(score->result) : std::nullopt;
  };
  const std::optional<BestWeights::Mean> mean = best_.Average(model_, judge);
  if (!mean) return false;
  const ValResult best{state.best_accuracy, state.best_loss, state.best_f1};
  if (mean->epochs.size() < 2 || !IsBetter(options_.early_stop.by, mean->result, best)) return true;
  const uint32_t epoch = state.best_epoch;
  TakeBest(mean->result, WeightsKind::kAverage, state);
  state.best_epoch = epoch;
  state.averaged = mean->epochs;
  return true;
}

EpochReport Trainer::MakeReport(const Current& current, const TrainState& state, const EpochScore& score,
                                double seconds) const {
  const Evaluator::Totals& totals = score.totals;
  const ValResult best{state.best_accuracy, state.best_loss, state.best_f1};
  const auto samples = static_cast<double>(std::max<uint64_t>(1, state.samples));  // 0: all steps were left out
  EpochReport report{.phase = current.phase.kind,
                     .epoch = state.epoch,
                     .epochs = EpochsOfRun(current, state),
                     .step = state.step,
                     .loss = state.loss_sum / samples,
                     .accuracy = static_cast<double>(state.correct) / samples,
                     .weights = score.weights,
                     .val_loss = score.result.loss,
                     .val_accuracy = score.result.accuracy,
                     .val_precision = totals.macro.precision,
                     .val_recall = totals.macro.recall,
                     .val_f1 = score.result.f1,
                     .best = state.best_accuracy < 0 || IsBetter(options_.early_stop.by, score.result, best),
                     .learning_rate = state.learning_rate,
                     .images_per_second = static_cast<double>(state.samples) / state.epoch_seconds,
                     .data_wait = state.wait_seconds / state.epoch_seconds,
                     .seconds = state.epoch_seconds + seconds,
                     .stop = {},
                     .never_predicted = {}};
  for (uint32_t label = 0; label < totals.labelled.size(); ++label) {
    if (totals.labelled[label] >= kManyImages && totals.predicted[label] == 0) report.never_predicted.push_back(label);
  }
  return report;
}

void Trainer::Diverge(DivergedLoss loss, uint64_t step, Current& current, TrainState& state) {
  Divergence report{loss, options_.on_divergence, step, state.epoch, 1, WhatDiverged(loss, step, state.epoch)};
  const bool halves = report.answer == OnDivergence::kHalve;
  if (!MayGoOn(report.answer, loss, &state.divergences) ||
      (halves && !(current.load.sound && current.load.sound(state, model_)))) {
    throw dataset::Error(report.text + WhyItEnds(report.answer, loss, state.divergences) + Cure(current.phase, state));
  }
  if (halves) {
    current.optimizer = Optimizer(current.phase.optimizer, OptimizedParametersOf(model_, current.phase.rates));
    if (current.average != nullptr) *current.average = WeightAverage(model_, options_.ema);
    const std::string best = "its best weights, those of epoch " + std::to_string(state.best_epoch + 1);
    report.text += "; the run goes on from " + (state.best_accuracy < 0 ? "the weights that it began with" : best) +
                   ", at half the learning rate";
  } else {
    report.text += "; the step is left out";
  }
  report.rate_factor = state.divergences.rate_factor;
  for (TrainObserver* observer : observers_) observer->OnDivergence(report);
}

void Trainer::RepeatEpoch(double seconds, Current& current, TrainState& state) {
  state.total_seconds += seconds;
  state.batch = 0;
  state.loss_sum = state.epoch_seconds = state.wait_seconds = 0;
  state.correct = state.samples = 0;
  current.pacer.AfterValidation(PhaseStep(state), seconds, Now(), &state);
}

bool Trainer::Validate(Current& current, TrainState& state) {
  const double start = Now();
  std::optional<EpochScore> score;
  try {
    score = validator_.ScoreEpoch(current.average);
  } catch (const dataset::Error&) {
    // An unreadable val sample must not cost the epoch.
    Checkpoint(state, current);
    throw;
  }
  if (!score) return false;
  const double seconds = Now() - start;
  if (!std::isfinite(score->result.loss)) {
    Diverge(DivergedLoss::kVal, state.step, current, state);
    RepeatEpoch(seconds, current, state);
    return true;
  }
  TrainState next = state;  // the state stays as it is if the user stops the averaging
  next.total_seconds += seconds;
  EpochReport report = MakeReport(current, state, *score, seconds);
  {
    std::optional<WeightAverage::InModel> in_model;
    if (score->weights == WeightsKind::kEma) in_model.emplace(*current.average);
    if (report.best) TakeBest(score->result, score->weights, next);
    best_.Add({state.epoch, score->result}, model_);
  }
  next.history.push_back(score->result);
  ++next.epoch;
  next.batch = 0;
  next.loss_sum = next.epoch_seconds = next.wait_seconds = 0;
  next.correct = next.samples = 0;
  const double now = Now();
  current.pacer.AfterValidation(PhaseStep(next), now - start + checkpoint_seconds_, now, &next);
  report.stop = EndPhase(current, next);
  const bool ends = next.phase_ends.size() == options_.phases.size();
  if (ends && best_.epochs().size() > 1 && !AverageBest(next)) return false;
  state = std::move(next);
  for (TrainObserver* observer : observers_) observer->OnEpoch(report);
  return true;
}

}  // namespace train
