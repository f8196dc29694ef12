#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/memory_source.h"
#include "tests/train/models.h"
#include "train/loop/trainer.h"
#include "train/network/weight_loader.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using torch::Tensor;
using Batches = std::set<std::pair<uint32_t, uint64_t>>;

constexpr int kSide = 8, kClasses = 4;
constexpr double kRate = 1e-2;

std::vector<Tensor> CopyOf(const Classifier& model) {
  std::vector<Tensor> copies;
  for (const auto& item : model.State()) copies.push_back(item.tensor.detach().clone());
  return copies;
}

bool AreEqual(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (!torch::equal(a[i], b[i])) return false;
  }
  return a.size() == b.size();
}

// Keeps what a trainer reports, as a run folder does: the last checkpoint with the best weights as they were then.
class Recorder : public TrainObserver {
 public:
  explicit Recorder(Classifier& model) : model_(model) {}
  void OnStep(const StepReport& report) override {
    if (before_step) before_step(report);
    steps.push_back(report);
  }
  void OnEpoch(const EpochReport& report) override { epochs.push_back(report); }
  void OnDivergence(const Divergence& divergence) override {
    divergences.push_back(divergence);
    after_divergence = CopyOf(model_);
  }
  void OnBest(Classifier& model) override { Write("best", WeightViews(model, storage_)); }
  void OnCheckpoint(const TrainState& now, const Learned& learned) override {
    state = now;
    Write("weights", WeightViews(learned.model, storage_));
    Write("optimizer", learned.optimizer.State(storage_));
    if (learned.average != nullptr) Write("average", learned.average->State(storage_));
    if (state.best_accuracy >= 0) dataset::testing::WriteFile(dir / "kept-best", dataset::ReadFile(dir / "best"));
  }
  std::string Weights() const { return dataset::ReadFile(dir / "weights"); }

  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;
  std::vector<Divergence> divergences;
  std::vector<Tensor> after_divergence;
  TrainState state;
  std::function<void(const StepReport&)> before_step;
  dataset::testing::TempDir dir;

 private:
  void Write(const char* name, const std::vector<TensorView>& views) {
    WriteSafetensors(dir / name, views, {}, dataset::Sync::kNo);
  }

  Classifier& model_;
  std::vector<Tensor> storage_;
};

class TrainerDivergenceTest : public ::testing::Test {
 protected:
  TrainerOptions Options(OnDivergence answer) {
    TrainerOptions options;
    options.phases = {{.kind = PhaseKind::kFinetune,
                       .epochs = 4,
                       .trainable = Trainable::kAll,
                       .schedule = ScheduleKind::kConstant,
                       .learning_rate = kRate}};
    options.label_smoothing = 0.1;
    options.seed = 11;
    options.normalization.mean = options.normalization.stddev = {127.5f};
    options.on_divergence = answer;
    return options;
  }

  // A run, which may go on from the checkpoint of another one, and may damage itself or be ended.
  struct Run {
    Run() : model(testing::DefaultModel("small_cnn", kClasses, kSide, 0.3), Initialization::kHe, 4), recorder(model) {}
    std::vector<double> Losses(size_t from = 0) const {
      std::vector<double> losses;
      for (size_t i = from; i < recorder.steps.size(); ++i) losses.push_back(recorder.steps[i].loss);
      return losses;
    }
    Classifier model;
    Recorder recorder;
  };
  Outcome Fit(Run& run, TrainerOptions options, const Recorder* from = nullptr, bool has_first_weights = false) {
    if (from != nullptr) {
      LoadWeights(*OpenTensorFile(from->dir / "weights"), HeadWeights::kLoad, run.model);
      for (const char* name : {"best", "kept-best"}) {
        if (from->state.best_accuracy < 0) continue;
        dataset::testing::WriteFile(run.recorder.dir / name, dataset::ReadFile(from->dir / "kept-best"));
      }
    }
    Trainer trainer(run.model, options, train_.Stream(), val_.Stream(), kClasses, {&run.recorder});
    const auto sound = [&](const TrainState& state, Classifier& model) {
      if (state.best_accuracy >= 0) {
        LoadWeights(*OpenTensorFile(run.recorder.dir / "kept-best"), HeadWeights::kLoad, model);
      } else if (has_first_weights) {
        torch::NoGradGuard no_grad;
        const std::vector<Tensor> first = CopyOf(Run().model);
        for (size_t i = 0; i < first.size(); ++i) Tensor(model.State()[i].tensor).copy_(first[i]);
      }
      return state.best_accuracy >= 0 || has_first_weights;
    };
    return trainer.Fit(from != nullptr ? from->state : TrainState(),
                       {.optimizer = [&](Optimizer& it) { it.Load(*OpenTensorFile(from->dir / "optimizer")); },
                        .average = [&](WeightAverage& it) { it.Load(*OpenTensorFile(from->dir / "average")); },
                        .sound = sound});
  }
  std::string ErrorOf(const TrainerOptions& options) {
    Run run;
    try {
      Fit(run, options);
    } catch (const dataset::Error& error) {
      return error.what();
    }
    return "";
  }
  // Ends a run by a stop and by a kill at steps of `steps`, and sees that it goes on to the same end.
  void ExpectExactResume(const TrainerOptions& options, const std::vector<uint64_t>& steps) {
    Run whole;
    ASSERT_EQ(Fit(whole, options), Outcome::kDone);
    ASSERT_FALSE(whole.recorder.divergences.empty()) << "the test tests nothing";
    for (const bool kill : {false, true}) {
      for (const uint64_t step : steps) {
        Run first, second;
        TrainerOptions ended = options;
        ended.stop = [&] { return !kill && !first.recorder.steps.empty() && first.recorder.steps.back().step >= step; };
        first.recorder.before_step = [&](const StepReport& report) {
          if (kill && report.step == step) throw std::runtime_error("killed");
        };
        try {
          Fit(first, ended);
        } catch (const std::runtime_error&) {
        }
        const TrainState& at = first.recorder.state;
        ASSERT_EQ(Fit(second, options, at.step > 0 ? &first.recorder : nullptr), Outcome::kDone) << step;
        EXPECT_EQ(second.recorder.Weights(), whole.recorder.Weights()) << kill << step;
        EXPECT_EQ(second.recorder.state.divergences, whole.recorder.state.divergences) << kill << step;
        EXPECT_EQ(second.recorder.state.history.back().loss, whole.recorder.state.history.back().loss);
        size_t same = 0;
        while (whole.recorder.steps[same].step < second.recorder.steps[0].step) ++same;
        EXPECT_EQ(second.Losses(), whole.Losses(same)) << kill << step;
      }
    }
  }

  testing::MemoryStream train_{100, kSide, 16, true};  // 7 batches
  testing::MemoryStream val_{37, kSide, 16, false};
};

TEST_F(TrainerDivergenceTest, StopIsAnErrorAndTheDefault) {
  train_.set_poisoned({{1, 4}});
  EXPECT_EQ(TrainerOptions().on_divergence, OnDivergence::kStop);
  const std::string error = ErrorOf(Options(OnDivergence::kStop));
  EXPECT_TRUE(error.starts_with("the loss is not finite at step 11 of epoch 2; the best weights are kept")) << error;
}

TEST_F(TrainerDivergenceTest, AStepThatIsLeftOutChangesNothing) {
  for (const int batches : {1, 2}) {
    train_.set_poisoned({{0, static_cast<uint64_t>(batches)}});  // the second step begins with it
    Run run;
    run.model.SetTrainable(Trainable::kAll);
    TrainStepOptions options;
    options.classes = kClasses;
    options.accumulate = batches;
    options.guard_statistics = true;
    options.normalization = Options(OnDivergence::kWarn).normalization;
    TrainStep step(run.model, options);
    Optimizer optimizer({}, OptimizedParametersOf(run.model));
    const auto source = train_.Stream().open(0, 0, InputSize::kFull);
    uint64_t draw = 0;
    const auto is_finite = [&] {
      for (int i = 0; i < batches; ++i) step.Add(*source->Next(), draw++);
      return std::isfinite(step.End(kRate, optimizer).loss);
    };
    EXPECT_TRUE(is_finite());
    const std::vector<Tensor> before = CopyOf(run.model);
    EXPECT_FALSE(is_finite());
    EXPECT_TRUE(AreEqual(before, CopyOf(run.model))) << "weights, or statistics of norms, of " << batches;
    EXPECT_TRUE(is_finite());
    EXPECT_FALSE(AreEqual(before, CopyOf(run.model)));
  }
}

TEST_F(TrainerDivergenceTest, WarnLeavesTheStepOut) {
  train_.set_poisoned({{1, 4}});
  Run run;
  ASSERT_EQ(Fit(run, Options(OnDivergence::kWarn)), Outcome::kDone);
  const Recorder& recorder = run.recorder;
  ASSERT_EQ(recorder.divergences.size(), 1u);
  EXPECT_EQ(recorder.divergences[0].step, 11u);
  EXPECT_EQ(recorder.divergences[0].text, "the loss is not finite at step 11 of epoch 2; the step is left out");
  EXPECT_EQ(recorder.steps.size(), 27u);
  EXPECT_EQ(recorder.steps[11].step, 12u);
  EXPECT_EQ(recorder.steps[11].learning_rate, kRate);
  for (const StepReport& step : recorder.steps) EXPECT_TRUE(std::isfinite(step.loss)) << step.step;
  EXPECT_TRUE(std::isfinite(recorder.epochs[1].loss));
  EXPECT_EQ(recorder.state.divergences, (DivergenceState{1, 0, 1, 0}));
  EXPECT_GT(recorder.epochs.back().val_accuracy, 0.9);
}

TEST_F(TrainerDivergenceTest, WithoutADivergenceTheStepsAreTheSame) {
  Run stop, warn, halve;
  Fit(stop, Options(OnDivergence::kStop));
  Fit(warn, Options(OnDivergence::kWarn));
  Fit(halve, Options(OnDivergence::kHalve));
  EXPECT_EQ(warn.recorder.Weights(), stop.recorder.Weights());
  EXPECT_EQ(halve.recorder.Weights(), stop.recorder.Weights());
}

TEST_F(TrainerDivergenceTest, WarnEndsWhereNothingHelps) {
  struct Case {
    Batches poisoned;
    const char* error;
  };
  Batches every_other;
  for (uint32_t epoch = 0; epoch < 4; ++epoch) {
    for (const uint64_t batch : {1, 3, 5}) every_other.insert({epoch, batch});
  }
  for (const Case& one : {Case{{{1, 1}, {1, 2}, {1, 4}, {1, 5}}, ""},
                          Case{{{1, 6}, {2, 0}, {2, 1}}, "at step 15 of epoch 3, for step 3 in a row; "},
                          Case{every_other, "at step 24 of epoch 4, after 10 steps that were left out; "}}) {
    train_.set_poisoned(one.poisoned);
    const std::string error = ErrorOf(Options(OnDivergence::kWarn));
    EXPECT_EQ(error.empty(), std::string(one.error).empty()) << error;
    EXPECT_NE(error.find(one.error), error.npos) << error;
  }
}

TEST_F(TrainerDivergenceTest, HalveGoesOnFromTheBestAtHalfTheRate) {
  train_.set_poisoned({{1, 4}, {2, 6}});  // the second one is the last of its epoch
  Run run;
  ASSERT_EQ(Fit(run, Options(OnDivergence::kHalve)), Outcome::kDone);
  const Recorder& recorder = run.recorder;
  ASSERT_EQ(recorder.divergences.size(), 2u);
  EXPECT_EQ(recorder.divergences[0].rate_factor, 0.5);
  EXPECT_TRUE(recorder.divergences[0].text.starts_with(
      "the loss is not finite at step 11 of epoch 2; the run goes on from its best weights, those of epoch 1, at half"))
      << recorder.divergences[0].text;
  for (const StepReport& step : recorder.steps) {
    EXPECT_EQ(step.learning_rate, step.step < 11 ? kRate : step.step < 20 ? kRate / 2 : kRate / 4) << step.step;
  }
  EXPECT_EQ(recorder.epochs.size(), 4u);
  EXPECT_EQ(recorder.state.divergences, (DivergenceState{0.25, 2, 0, 0}));
  // Of the first divergence: the weights of epoch 1.
  train_.set_poisoned({{1, 4}});
  Run one;
  TrainerOptions options = Options(OnDivergence::kHalve);
  options.phases[0].epochs = 2;
  Fit(one, options);
  Run straight;
  options.phases[0].epochs = 1;
  Fit(straight, options);
  EXPECT_TRUE(AreEqual(one.recorder.after_divergence, CopyOf(straight.model)));
}

TEST_F(TrainerDivergenceTest, HalveResumesExactly) {
  train_.set_poisoned({{1, 4}, {2, 6}});
  TrainerOptions options = Options(OnDivergence::kHalve);
  options.phases[0].optimizer.kind = OptimizerKind::kAdam;
  options.ema = 0.9;
  ExpectExactResume(options, {3, 10, 12, 19, 21});
}

TEST_F(TrainerDivergenceTest, WarnResumesExactly) {
  train_.set_poisoned({{1, 4}, {1, 5}, {2, 6}});
  TrainerOptions options = Options(OnDivergence::kWarn);
  options.ema = 0.9;
  ExpectExactResume(options, {10, 13, 21});
}

TEST_F(TrainerDivergenceTest, AStepOfManyBatchesIsLeftOutWhole) {
  train_.set_poisoned({{1, 4}});
  for (const OnDivergence answer : {OnDivergence::kWarn, OnDivergence::kHalve}) {
    TrainerOptions options = Options(answer);
    options.accumulate = 3;  // 3 steps an epoch
    Run run;
    ASSERT_EQ(Fit(run, options), Outcome::kDone);
    EXPECT_EQ(run.recorder.divergences.at(0).step, 4u);
    EXPECT_EQ(run.recorder.steps.size(), 11u);
    ExpectExactResume(options, {3, 5});
  }
}

TEST_F(TrainerDivergenceTest, HalveEndsAfterFour) {
  train_.set_poisoned({{1, 0}, {1, 2}, {1, 4}, {2, 1}, {2, 3}});
  const std::string error = ErrorOf(Options(OnDivergence::kHalve));
  EXPECT_TRUE(error.starts_with(
      "the loss is not finite at step 17 of epoch 3, although the learning rate was halved 4 times; the best weights"))
      << error;
}

// Before the first validation there are no best weights.
TEST_F(TrainerDivergenceTest, HalveNeedsSoundWeights) {
  train_.set_poisoned({{0, 4}});
  const std::string error = ErrorOf(Options(OnDivergence::kHalve));
  EXPECT_EQ(error, "the loss is not finite at step 4 of epoch 1; a smaller `finetune_learning_rate` is the usual cure");
  Run run;
  ASSERT_EQ(Fit(run, Options(OnDivergence::kHalve), nullptr, /*has_first_weights=*/true), Outcome::kDone);
  EXPECT_TRUE(AreEqual(run.recorder.after_divergence, CopyOf(Run().model)));
  EXPECT_NE(run.recorder.divergences.at(0).text.find("from the weights that it began with, at half"), std::string::npos)
      << run.recorder.divergences.at(0).text;
}

TEST_F(TrainerDivergenceTest, TheNextPhaseHasItsOwnRate) {
  train_.set_poisoned({{1, 4}});
  TrainerOptions options = Options(OnDivergence::kHalve);
  Phase head = options.phases[0];
  head.kind = PhaseKind::kHead;
  head.trainable = Trainable::kHead;
  head.epochs = 2;
  options.phases.insert(options.phases.begin(), head);
  Run run;
  ASSERT_EQ(Fit(run, options), Outcome::kDone);
  EXPECT_EQ(run.recorder.steps[12].learning_rate, kRate / 2);
  EXPECT_EQ(run.recorder.steps[13].learning_rate, kRate);
  EXPECT_EQ(run.recorder.state.divergences.halvings, 1u);
}

// Damage by the last step of an epoch shows only in validation.
TEST_F(TrainerDivergenceTest, AnEpochWhoseValLossIsNotFiniteIsRepeated) {
  const auto damage = [](Run& run) {
    run.recorder.before_step = [&run](const StepReport& report) {
      if (report.step != 13) return;
      const torch::NoGradGuard no_grad;
      for (auto& item : run.model.State()) {
        if (item.name == "classifier.1.bias") Tensor(item.tensor).fill_(std::nan(""));
      }
    };
  };
  Run run;
  damage(run);
  ASSERT_EQ(Fit(run, Options(OnDivergence::kHalve)), Outcome::kDone);
  const Recorder& recorder = run.recorder;
  ASSERT_EQ(recorder.divergences.size(), 1u);
  EXPECT_EQ(recorder.divergences[0].loss, DivergedLoss::kVal);
  EXPECT_EQ(recorder.epochs.size(), 4u);
  EXPECT_EQ(recorder.steps.size(), 35u);
  EXPECT_EQ(recorder.steps[14].epoch, 1u);
  EXPECT_EQ(recorder.steps[14].step, 14u);
  EXPECT_EQ(recorder.steps[14].learning_rate, kRate / 2);
  EXPECT_EQ(recorder.state.epoch, 4u);
  for (const OnDivergence answer : {OnDivergence::kWarn, OnDivergence::kStop}) {
    Run other;
    damage(other);
    EXPECT_THROW(Fit(other, Options(answer)), dataset::Error);
  }
  // With a deadline the schedule goes on from where it was.
  TrainerOptions options = Options(OnDivergence::kHalve);
  options.phases[0].deadline = 100;
  options.phases[0].deadline_use = DeadlineUse::kFill;
  options.clock = [now = 100.0]() mutable { return now += 1; };
  Run timed;
  damage(timed);
  ASSERT_EQ(Fit(timed, options), Outcome::kDone);
  EXPECT_EQ(timed.recorder.divergences.size(), 1u);
  EXPECT_NEAR(timed.recorder.state.clock_seconds, 100, 10);
}

}  // namespace
}  // namespace train
