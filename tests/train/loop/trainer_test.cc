#include "train/loop/trainer.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <set>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/memory_source.h"
#include "tests/train/models.h"
#include "train/network/trainable.h"
#include "train/network/weight_loader.h"
#include "train/optim/optimizer_kind.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using torch::Tensor;

// Keeps everything that a trainer reports, and the tensors of the last checkpoint as files.
class Recorder : public TrainObserver {
 public:
  void OnStep(const StepReport& report) override { steps.push_back(report); }
  void OnEpoch(const EpochReport& report) override { epochs.push_back(report); }
  void OnBest(Classifier& model) override {
    ++best;
    std::vector<Tensor> storage;
    WriteSafetensors(dir / "best", WeightViews(model, storage), {}, dataset::Sync::kNo);
  }
  void OnCheckpoint(const TrainState& now, const Learned& learned) override {
    state = now;
    std::vector<Tensor> storage;
    const auto write = [&](const char* name, const std::vector<TensorView>& views) {
      WriteSafetensors(dir / name, views, {}, dataset::Sync::kNo);
    };
    write("weights", WeightViews(learned.model, storage));
    write("optimizer", learned.optimizer.State(storage));
    if (learned.average != nullptr) write("average", learned.average->State(storage));
    if (!state.kept.empty()) write("kept", learned.best.State(storage));
  }
  std::vector<double> Losses() const {
    std::vector<double> losses;
    for (const StepReport& step : steps) losses.push_back(step.loss);
    return losses;
  }
  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;
  int best = 0;
  TrainState state;
  dataset::testing::TempDir dir;
};

class TrainerTest : public ::testing::Test {
 protected:
  static constexpr int kSide = 8, kClasses = 4;

  static std::vector<Phase> TwoPhases() {
    return {{.kind = PhaseKind::kHead, .epochs = 1, .trainable = Trainable::kHead, .learning_rate = 1e-2},
            {.kind = PhaseKind::kFinetune,
             .epochs = 2,
             .trainable = Trainable::kAll,
             .schedule = ScheduleKind::kOneCycle,
             .learning_rate = 3e-3,
             .warmup = 0.15}};
  }

  TrainerOptions Options(std::vector<Phase> phases) {
    TrainerOptions options;
    options.phases = std::move(phases);
    options.label_smoothing = 0.1;
    options.seed = 11;
    options.normalization.mean = options.normalization.stddev = {127.5f};
    return options;
  }

  static Classifier MakeModel() {
    return Classifier(testing::DefaultModel("small_cnn", kClasses, kSide, 0.3), Initialization::kHe, 4);
  }

  // A clock that `tick` seconds pass on at each reading.
  static std::function<double()> Clock(double tick) {
    return [tick, now = 100.0]() mutable { return now += tick; };
  }

  // Trains from `from` (nullptr: the start) and stops after `stop_after` steps (-1: never).
  Outcome Fit(Recorder& recorder, TrainerOptions options, int stop_after, Recorder* from) {
    Classifier model = MakeModel();
    if (from != nullptr) LoadWeights(*OpenTensorFile(from->dir / "weights"), HeadWeights::kLoad, model);
    options.stop = [&recorder, stop_after] {
      return stop_after >= 0 && static_cast<int>(recorder.steps.size()) >= stop_after;
    };
    Trainer trainer(model, options, train_.Stream(), val_.Stream(), kClasses, {&recorder});
    return trainer.Fit(from != nullptr ? from->state : TrainState(),
                       {.optimizer = [&](Optimizer& it) { it.Load(*OpenTensorFile(from->dir / "optimizer")); },
                        .average = [&](WeightAverage& it) { it.Load(*OpenTensorFile(from->dir / "average")); },
                        .best = [&](const std::vector<ScoredEpoch>& epochs,
                                    BestWeights& it) { it.Load(*OpenTensorFile(from->dir / "kept"), epochs, model); }});
  }

  testing::MemoryStream train_{100, kSide, 16, true};
  testing::MemoryStream val_{37, kSide, 16, false};
};

TEST_F(TrainerTest, LearnsAndReports) {
  Recorder recorder;
  EXPECT_EQ(Fit(recorder, Options({TwoPhases()[1]}), -1, nullptr), Outcome::kDone);
  ASSERT_EQ(recorder.steps.size(), 14u);
  ASSERT_EQ(recorder.epochs.size(), 2u);
  EXPECT_EQ(recorder.steps[6].samples, 4);
  EXPECT_EQ(recorder.epochs[1].step, 14u);
  EXPECT_EQ(recorder.epochs[1].epochs, 2u);
  EXPECT_GT(recorder.epochs[1].val_accuracy, 0.9);
  EXPECT_LT(recorder.epochs[1].loss, recorder.epochs[0].loss);
  EXPECT_EQ(recorder.epochs[0].learning_rate, recorder.steps[6].learning_rate);
  EXPECT_EQ(recorder.epochs[1].learning_rate, recorder.steps[13].learning_rate);
  for (const EpochReport& epoch : recorder.epochs) {
    EXPECT_GE(epoch.data_wait, 0);
    EXPECT_LE(epoch.data_wait, 1);
  }
  EXPECT_TRUE(recorder.state.complete);
  EXPECT_EQ(recorder.state.best_accuracy, std::max(recorder.epochs[0].val_accuracy, recorder.epochs[1].val_accuracy));
}

TEST_F(TrainerTest, RepeatsExactly) {
  Recorder a, b;
  Fit(a, Options(TwoPhases()), -1, nullptr);
  Fit(b, Options(TwoPhases()), -1, nullptr);
  EXPECT_EQ(a.Losses(), b.Losses());
}

TEST_F(TrainerTest, AStopAtAnyStepGoesOnExactly) {
  Recorder whole;
  ASSERT_EQ(Fit(whole, Options(TwoPhases()), -1, nullptr), Outcome::kDone);
  ASSERT_EQ(whole.steps.size(), 21u);
  for (int stop = 1; stop < 21; ++stop) {
    Recorder first, second;
    ASSERT_EQ(Fit(first, Options(TwoPhases()), stop, nullptr), Outcome::kStopped) << stop;
    ASSERT_EQ(Fit(second, Options(TwoPhases()), -1, &first), Outcome::kDone) << stop;
    std::vector<double> losses = first.Losses();
    const std::vector<double> rest = second.Losses();
    losses.insert(losses.end(), rest.begin(), rest.end());
    ASSERT_EQ(losses, whole.Losses()) << "stopped after step " << stop;
    EXPECT_EQ(second.epochs.back().val_loss, whole.epochs.back().val_loss) << stop;
    EXPECT_EQ(second.epochs.front().learning_rate, whole.epochs[3 - second.epochs.size()].learning_rate) << stop;
    EXPECT_EQ(second.epochs.back().loss, whole.epochs.back().loss) << stop;
    EXPECT_EQ(second.state.best_accuracy, whole.state.best_accuracy) << stop;
    EXPECT_EQ(second.state.best_epoch, whole.state.best_epoch) << stop;
  }
}

TEST_F(TrainerTest, AStepOfManyBatchesGoesOnExactly) {
  TrainerOptions options = Options(TwoPhases());
  options.accumulate = 3;  // 7 batches: 3 steps an epoch
  Recorder whole;
  ASSERT_EQ(Fit(whole, options, -1, nullptr), Outcome::kDone);
  ASSERT_EQ(whole.steps.size(), 9u);
  EXPECT_EQ(whole.steps[0].samples, 48);
  EXPECT_EQ(whole.steps[2].samples, 4);
  EXPECT_LT(whole.steps.back().learning_rate, 1e-6);  // the schedule comes to its end
  for (int stop = 1; stop < 9; ++stop) {
    Recorder first, second;
    ASSERT_EQ(Fit(first, options, stop, nullptr), Outcome::kStopped) << stop;
    ASSERT_EQ(Fit(second, options, -1, &first), Outcome::kDone) << stop;
    std::vector<double> losses = first.Losses();
    const std::vector<double> rest = second.Losses();
    losses.insert(losses.end(), rest.begin(), rest.end());
    ASSERT_EQ(losses, whole.Losses()) << "stopped after step " << stop;
    EXPECT_EQ(second.epochs.back().val_loss, whole.epochs.back().val_loss) << stop;
  }
}

TEST_F(TrainerTest, AveragesGoOnExactly) {
  std::vector<Phase> phases = TwoPhases();
  phases[1].epochs = 4;
  TrainerOptions options = Options(phases);
  options.ema = 0.9;
  options.average_best = 3;
  Recorder whole;
  ASSERT_EQ(Fit(whole, options, -1, nullptr), Outcome::kDone);
  ASSERT_EQ(whole.steps.size(), 35u);
  ASSERT_EQ(whole.state.kept.size(), 3u);
  const std::string best = dataset::ReadFile(whole.dir / "best"), kept = dataset::ReadFile(whole.dir / "kept");
  for (const int stop : {3, 7, 8, 20, 27, 33}) {
    Recorder first, second;
    ASSERT_EQ(Fit(first, options, stop, nullptr), Outcome::kStopped) << stop;
    ASSERT_EQ(Fit(second, options, -1, &first), Outcome::kDone) << stop;
    EXPECT_EQ(dataset::ReadFile(second.dir / "kept"), kept) << stop;
    if (second.best > 0) {
      EXPECT_EQ(dataset::ReadFile(second.dir / "best"), best) << stop;
    }
    EXPECT_EQ(second.state.best_weights, whole.state.best_weights) << stop;
    EXPECT_EQ(second.state.best_loss, whole.state.best_loss) << stop;
    EXPECT_EQ(second.state.averaged, whole.state.averaged) << stop;
  }
}

// Nor does what scales a loss change a number.
TEST_F(TrainerTest, AScaledLossGoesOnExactly) {
  TrainerOptions options = Options(TwoPhases());
  Recorder plain;
  ASSERT_EQ(Fit(plain, options, -1, nullptr), Outcome::kDone);
  EXPECT_EQ(plain.state.loss_scale, 0);
  options.scaling = LossScaling::kAlways;
  Recorder whole, first, second;
  ASSERT_EQ(Fit(whole, options, -1, nullptr), Outcome::kDone);
  EXPECT_EQ(whole.Losses(), plain.Losses());
  EXPECT_EQ(whole.state.loss_scale, 65536);
  EXPECT_EQ(whole.state.loss_scale_steps, 21u);
  ASSERT_EQ(Fit(first, options, 10, nullptr), Outcome::kStopped);
  first.state.loss_scale = 1024;
  first.state.loss_scale_steps = 1998;
  ASSERT_EQ(Fit(second, options, -1, &first), Outcome::kDone);
  EXPECT_EQ(second.epochs.back().val_loss, whole.epochs.back().val_loss);
  EXPECT_EQ(second.state.loss_scale, 2048);
  EXPECT_EQ(second.state.loss_scale_steps, 1998 + 21 - first.state.step - 2000);
}

// The latest weights are those of the steps: an average that is validated leaves no trace in them.
TEST_F(TrainerTest, AveragesDoNotChangeTheSteps) {
  Recorder plain, averaged;
  TrainerOptions options = Options(TwoPhases());
  Fit(plain, options, -1, nullptr);
  options.ema = 0.5;
  options.average_best = 2;
  Fit(averaged, options, -1, nullptr);
  EXPECT_EQ(averaged.Losses(), plain.Losses());
  EXPECT_EQ(dataset::ReadFile(averaged.dir / "weights"), dataset::ReadFile(plain.dir / "weights"));
}

// The rate is so high that the average is better than the last steps' weights.
TEST_F(TrainerTest, TheBetterOfWeightsAndAverageCounts) {
  Phase phase = TwoPhases()[1];
  phase.epochs = 6;
  phase.schedule = ScheduleKind::kConstant;
  phase.learning_rate = 3e-2;
  TrainerOptions options = Options({phase});
  options.ema = 0.9;
  Recorder recorder;
  Fit(recorder, options, -1, nullptr);
  int averages = 0;
  for (const EpochReport& epoch : recorder.epochs) averages += epoch.weights == WeightsKind::kEma;
  EXPECT_GT(averages, 0);
  Classifier model = MakeModel();
  LoadWeights(*OpenTensorFile(recorder.dir / "best"), HeadWeights::kLoad, model);
  Evaluator evaluator(model, {}, options.normalization, val_.Stream(), kClasses, Loss::kSoftmax);
  EXPECT_EQ(evaluator.Run({}, {})->loss, recorder.state.best_loss);
}

TEST_F(TrainerTest, TheFirstEpochsHaveTheStartSize) {
  std::vector<Phase> phases = TwoPhases();
  phases[1].epochs = 3;
  phases[1].start_epochs = 2;
  Recorder recorder;
  Fit(recorder, Options(phases), -1, nullptr);
  EXPECT_EQ(train_.sizes(),
            (std::vector<InputSize>{InputSize::kFull, InputSize::kStart, InputSize::kStart, InputSize::kFull}));
  for (const InputSize size : val_.sizes()) EXPECT_EQ(size, InputSize::kFull);
}

TEST_F(TrainerTest, TheHeadPhaseLeavesTheBackboneAlone) {
  Recorder recorder;
  Fit(recorder, Options({TwoPhases()[0]}), -1, nullptr);
  Classifier before = MakeModel(), after = MakeModel();
  LoadWeights(*OpenTensorFile(recorder.dir / "weights"), HeadWeights::kLoad, after);
  const auto a = before.State(), b = after.State();
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(torch::equal(a[i].tensor, b[i].tensor), !a[i].name.starts_with("classifier.")) << a[i].name;
  }
}

TEST_F(TrainerTest, TheHeadPhaseReadsValidationOnce) {
  Recorder recorder;
  Phase head = TwoPhases()[0];
  head.epochs = 4;
  Fit(recorder, Options({head, TwoPhases()[1]}), -1, nullptr);
  EXPECT_EQ(val_.opened(), 1 + 2);
  // Features that were kept give the same scores as fresh ones.
  Classifier model = MakeModel();
  LoadWeights(*OpenTensorFile(recorder.dir / "weights"), HeadWeights::kLoad, model);
  Evaluator evaluator(model, {}, {NormalizationKind::kFixed, {127.5f}, {127.5f}, nullptr}, val_.Stream(), kClasses,
                      Loss::kSoftmax);
  evaluator.SetBackboneFrozen(true);
  const auto fresh = evaluator.Run({}, {}), kept = evaluator.Run({}, {});
  EXPECT_EQ(fresh->loss, kept->loss);
  EXPECT_EQ(fresh->confusion.counts(), kept->confusion.counts());
  EXPECT_EQ(recorder.epochs.back().val_loss, fresh->loss);
}

TEST_F(TrainerTest, AnUnreadableValSampleDoesNotCostTheEpoch) {
  Recorder recorder;
  Classifier model = MakeModel();
  BatchStream broken = val_.Stream();
  broken.open = [](uint32_t, uint64_t, InputSize) -> std::unique_ptr<dataset::BatchSource> {
    throw dataset::Error("damaged");
  };
  Trainer trainer(model, Options({TwoPhases()[1]}), train_.Stream(), broken, kClasses, {&recorder});
  EXPECT_THROW(trainer.Fit(TrainState(), {}), dataset::Error);
  EXPECT_EQ(recorder.state.epoch, 0u);
  EXPECT_EQ(recorder.state.batch, train_.Stream().batches);
}

// As val with `on_bad` skip. Features that are kept leave them out as well.
TEST_F(TrainerTest, EmptySlotsAreNotScored) {
  Classifier model = MakeModel();
  const Normalization normalization{NormalizationKind::kFixed, {127.5f}, {127.5f}, nullptr};
  const auto evaluate = [&](const std::set<uint32_t>& empty) {
    testing::MemoryStream val(37, kSide, 16, false);
    val.set_empty(empty);
    Evaluator evaluator(model, {}, normalization, val.Stream(), kClasses, Loss::kSoftmax);
    evaluator.SetBackboneFrozen(true);
    const auto first = evaluator.Run({}, {}), kept = evaluator.Run({}, {});
    EXPECT_EQ(first->loss, kept->loss);
    EXPECT_EQ(first->predictions.size(), kept->predictions.size());
    return *first;
  };
  const Evaluation all = evaluate({});
  std::set<uint32_t> empty = {3, 30};
  for (uint32_t id = 16; id < 32; ++id) empty.insert(id);  // a whole batch, and one more
  const Evaluation some = evaluate(empty);
  std::vector<Prediction> expected = all.predictions;
  std::erase_if(expected, [&](const Prediction& prediction) { return empty.contains(prediction.id); });
  ASSERT_EQ(some.predictions.size(), expected.size());
  ASSERT_EQ(expected.size(), 37u - 17u);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(some.predictions[i].id, expected[i].id);
    EXPECT_EQ(some.predictions[i].label, expected[i].label);
    for (size_t c = 0; c < kClasses; ++c) {
      EXPECT_NEAR(some.predictions[i].probabilities[c], expected[i].probabilities[c], 1e-5);
    }
  }
  for (uint32_t id = 0; id < 37; ++id) empty.insert(id);
  EXPECT_THROW(evaluate(empty), dataset::Error);
}

TEST_F(TrainerTest, TheBestOfEqualEpochsHasTheSmallerValLoss) {
  Recorder recorder;
  Phase phase = TwoPhases()[1];
  phase.epochs = 8;
  Fit(recorder, Options({phase}), -1, nullptr);
  double best = -1, best_loss = 0;
  int bests = 0, ties = 0;
  for (const EpochReport& epoch : recorder.epochs) {
    const bool tie = epoch.val_accuracy == best && epoch.val_loss < best_loss;
    EXPECT_EQ(epoch.best, epoch.val_accuracy > best || tie);
    ties += tie;
    if (!epoch.best) continue;
    ++bests;
    best = epoch.val_accuracy;
    best_loss = epoch.val_loss;
  }
  EXPECT_GT(ties, 0);
  EXPECT_EQ(recorder.best, bests);
  EXPECT_EQ(recorder.state.best_loss, best_loss);
}

TEST_F(TrainerTest, ValScoresAreReportedAndKept) {
  Recorder recorder;
  Fit(recorder, Options({TwoPhases()[1]}), -1, nullptr);
  Classifier model = MakeModel();
  LoadWeights(*OpenTensorFile(recorder.dir / "weights"), HeadWeights::kLoad, model);
  Evaluator evaluator(model, {}, {NormalizationKind::kFixed, {127.5f}, {127.5f}, nullptr}, val_.Stream(), kClasses,
                      Loss::kSoftmax);
  const auto scored = evaluator.Run({}, {});
  const EpochReport& last = recorder.epochs.back();
  EXPECT_NEAR(last.val_f1, scored->confusion.macro_f1(), 1e-12);
  EXPECT_GT(last.val_precision, 0.5);
  EXPECT_GT(last.val_recall, 0.5);
  ASSERT_EQ(recorder.state.history.size(), 2u);
  EXPECT_EQ(recorder.state.history[1].accuracy, last.val_accuracy);
  EXPECT_EQ(recorder.state.history[1].loss, last.val_loss);
  EXPECT_EQ(recorder.state.history[1].f1, last.val_f1);
}

TEST_F(TrainerTest, TheBestGoesByItsMetric) {
  for (const BestBy by : {BestBy::kAccuracy, BestBy::kLoss, BestBy::kF1}) {
    Recorder recorder;
    Phase phase = TwoPhases()[1];
    phase.epochs = 6;
    phase.learning_rate = 2e-2;
    TrainerOptions options = Options({phase});
    options.early_stop.by = by;
    Fit(recorder, options, -1, nullptr);
    uint32_t best = 0;
    for (const EpochReport& epoch : recorder.epochs) {
      const auto result = [](const EpochReport& of) { return ValResult{of.val_accuracy, of.val_loss, of.val_f1}; };
      const bool better = epoch.epoch == 0 || IsBetter(by, result(epoch), result(recorder.epochs[best]));
      EXPECT_EQ(epoch.best, better) << dataset::NameOf(by) << epoch.epoch;
      if (better) best = epoch.epoch;
    }
    EXPECT_EQ(recorder.state.best_epoch, best);
    EXPECT_EQ(recorder.state.best_f1, recorder.epochs[best].val_f1);
  }
}

// Each part of a schedule and of a stop that goes by the results so far, in both phases.
TEST_F(TrainerTest, WhatGoesByTheHistoryResumesExactly) {
  std::vector<Phase> phases = TwoPhases();
  for (Phase& phase : phases) {
    phase.epochs = 6;
    phase.schedule = ScheduleKind::kPlateau;
    phase.schedule_options.epochs = 1;
    phase.warmup = 0;
  }
  TrainerOptions options = Options(phases);
  options.early_stop.epochs = 2;
  options.early_stop.min_delta = 0.02;
  Recorder whole;
  ASSERT_EQ(Fit(whole, options, -1, nullptr), Outcome::kDone);
  ASSERT_EQ(whole.state.phase_ends.size(), 2u);
  EXPECT_LT(whole.state.phase_ends[1] - whole.state.phase_ends[0], 6u) << "none stopped: the test tests nothing";
  EXPECT_EQ(whole.epochs.back().stop, StopReason::kPatience);
  EXPECT_EQ(whole.state.stop, StopReason::kPatience);
  EXPECT_TRUE(whole.state.complete);
  std::set<double> rates;
  for (const StepReport& step : whole.steps) rates.insert(step.learning_rate);
  EXPECT_GT(rates.size(), 2u) << "no cut: the test tests nothing";
  const int steps = static_cast<int>(whole.steps.size());
  for (int stop = 3; stop < steps; stop += 4) {
    Recorder first, second;
    ASSERT_EQ(Fit(first, options, stop, nullptr), Outcome::kStopped) << stop;
    ASSERT_EQ(Fit(second, options, -1, &first), Outcome::kDone) << stop;
    std::vector<double> losses = first.Losses();
    const std::vector<double> rest = second.Losses();
    losses.insert(losses.end(), rest.begin(), rest.end());
    ASSERT_EQ(losses, whole.Losses()) << "stopped after step " << stop;
    EXPECT_EQ(second.state.phase_ends, whole.state.phase_ends);
  }
}

TEST_F(TrainerTest, ATargetEndsAllPhases) {
  TrainerOptions options = Options(TwoPhases());
  options.early_stop.target = 0;
  Recorder recorder;
  EXPECT_EQ(Fit(recorder, options, -1, nullptr), Outcome::kDone);
  ASSERT_EQ(recorder.epochs.size(), 1u);
  EXPECT_EQ(recorder.epochs[0].stop, StopReason::kTarget);
  EXPECT_TRUE(recorder.state.complete);
  EXPECT_EQ(recorder.state.phase_ends, (std::vector<uint32_t>{1, 1}));
}

// A checkpoint of an older program says neither which phases are over nor what val said.
TEST_F(TrainerTest, AnOlderStateGoesOn) {
  Recorder whole, first, second;
  Fit(whole, Options(TwoPhases()), -1, nullptr);
  ASSERT_EQ(Fit(first, Options(TwoPhases()), 10, nullptr), Outcome::kStopped);
  first.state.phase_ends.clear();
  first.state.history.clear();
  ASSERT_EQ(Fit(second, Options(TwoPhases()), -1, &first), Outcome::kDone);
  EXPECT_EQ(second.epochs.back().val_loss, whole.epochs.back().val_loss);
  EXPECT_EQ(second.state.phase_ends, (std::vector<uint32_t>{1, 3}));
}

TEST_F(TrainerTest, ATimeBudgetIsKeptAndAnneals) {
  std::vector<Phase> phases = TwoPhases();
  phases[0].deadline = 100;
  phases[1].deadline = 300;
  phases[1].deadline_use = DeadlineUse::kFill;
  phases[1].schedule = ScheduleKind::kConstant;
  phases[1].warmup = 0;
  for (const double tick : {0.3, 1.0, 3.0}) {
    TrainerOptions options = Options(phases);
    options.clock = Clock(tick);
    Recorder recorder;
    ASSERT_EQ(Fit(recorder, options, -1, nullptr), Outcome::kDone);
    EXPECT_NEAR(recorder.state.clock_seconds, 300, 15) << tick;
    EXPECT_LE(recorder.steps.back().learning_rate, 0.0101 * phases[1].learning_rate) << tick;
    EXPECT_EQ(recorder.steps[8].learning_rate, phases[1].learning_rate) << tick;
    EXPECT_EQ(recorder.epochs.back().epoch + 1, recorder.epochs.back().epochs) << tick;
    EXPECT_TRUE(recorder.state.complete);
    EXPECT_FALSE(recorder.state.time_plan);
    EXPECT_EQ(recorder.state.stop, std::nullopt);
  }
}

TEST_F(TrainerTest, ATimeBudgetGoesOnAfterAStop) {
  std::vector<Phase> phases = {TwoPhases()[1]};
  phases[0].deadline = 100;
  phases[0].deadline_use = DeadlineUse::kFill;
  for (const int stop : {3, 20, 31}) {
    TrainerOptions options = Options(phases);
    options.clock = Clock(1);
    Recorder first, second;
    ASSERT_EQ(Fit(first, options, stop, nullptr), Outcome::kStopped) << stop;
    ASSERT_TRUE(first.state.time_plan);
    options.clock = Clock(1);
    ASSERT_EQ(Fit(second, options, -1, &first), Outcome::kDone) << stop;
    EXPECT_NEAR(second.state.clock_seconds, 100, 6) << stop;
    EXPECT_LE(second.steps.front().learning_rate, phases[0].learning_rate);
    EXPECT_LE(second.steps.back().learning_rate, 0.0101 * phases[0].learning_rate) << stop;
  }
}

TEST_F(TrainerTest, ALossThatIsNotFiniteIsAnError) {
  Recorder recorder;
  Phase phase = TwoPhases()[1];
  phase.schedule = ScheduleKind::kConstant;
  phase.optimizer.kind = OptimizerKind::kMomentum;
  phase.learning_rate = 1e30;
  try {
    Fit(recorder, Options({phase}), -1, nullptr);
    FAIL() << "no error";
  } catch (const dataset::Error& error) {
    EXPECT_NE(std::string(error.what()).find("not finite at step"), std::string::npos) << error.what();
  }
}

// Damage by the last step shows only in validation. It must not become a checkpoint, which would be the only one left.
TEST_F(TrainerTest, AValLossThatIsNotFiniteIsAnError) {
  Recorder recorder;
  Classifier model = MakeModel();
  class Damage : public TrainObserver {
   public:
    explicit Damage(Classifier& model) : model_(model) {}
    void OnStep(const StepReport&) override {
      const torch::NoGradGuard no_grad;
      for (auto& item : model_.State()) {
        if (item.name == "classifier.1.bias") item.tensor.fill_(std::nan(""));
      }
    }

   private:
    Classifier& model_;
  } damage(model);
  testing::MemoryStream one_batch(16, kSide, 16, true);
  Trainer trainer(model, Options({TwoPhases()[1]}), one_batch.Stream(), val_.Stream(), kClasses, {&damage, &recorder});
  try {
    trainer.Fit(TrainState(), {});
    FAIL() << "no error";
  } catch (const dataset::Error& error) {
    EXPECT_NE(std::string(error.what()).find("the val loss is not finite in epoch 1"), std::string::npos)
        << error.what();
  }
  EXPECT_TRUE(recorder.epochs.empty());
  EXPECT_EQ(recorder.state.step, 0u);
}

}  // namespace
}  // namespace train
