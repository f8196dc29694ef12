#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "dataset/base/error.h"
#include "tests/train/fake_link.h"
#include "tests/train/memory_source.h"
#include "tests/train/models.h"
#include "train/loop/trainer.h"

namespace train {
namespace {

using torch::Tensor;
using Log = std::vector<std::string>;

constexpr int kSide = 8, kClasses = 4;

class Recorder : public TrainObserver {
 public:
  void OnStep(const StepReport& report) override { steps.push_back(report); }
  void OnEpoch(const EpochReport& report) override { epochs.push_back(report); }
  void OnCheckpoint(const TrainState& state, const Learned&) override {
    last = state;
    ++checkpoints;
    steps_then = steps.size();
  }
  std::vector<double> Losses() const {
    std::vector<double> losses;
    for (const StepReport& step : steps) losses.push_back(step.loss);
    return losses;
  }
  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;
  TrainState last;
  size_t steps_then = 0;
  int checkpoints = 0;
};

// A training of three batches an epoch.
class DeviceStepTest : public ::testing::Test {
 protected:
  DeviceStepTest() {
    options_.phases = {{.kind = PhaseKind::kFinetune, .epochs = 2, .learning_rate = 1e-2}};
    options_.seed = 11;
    options_.normalization.mean = options_.normalization.stddev = {127.5f};
  }
  Outcome Fit(Recorder& recorder) {
    Trainer trainer(model_, options_, train_.Stream(), val_.Stream(), kClasses, {&recorder});
    return trainer.Fit({}, {});
  }
  TrainStepOptions StepOptions(int accumulate, LossScaling scaling) const {
    TrainStepOptions options;
    options.classes = kClasses;
    options.accumulate = accumulate;
    options.scaling = scaling;
    options.normalization = options_.normalization;
    return options;
  }
  static Classifier MakeModel() {
    return Classifier(testing::DefaultModel("small_cnn", kClasses, kSide, 0.3), Initialization::kHe, 4);
  }

  TrainerOptions options_;
  testing::FakeLink link_;
  Classifier model_ = MakeModel();
  testing::MemoryStream train_{44, kSide, 16, true};
  testing::MemoryStream val_{20, kSide, 16, false};
};

TEST_F(DeviceStepTest, CopiesRunAheadAndResultsAreReadAStepLate) {
  options_.link = &link_;
  options_.phases[0].epochs = 1;
  Recorder recorder;
  Fit(recorder);
  const Log wanted = {"copy 0",   "use 0",   "step 0",              // queued
                      "copy 1",   "use 1",   "step 1", "copied 0",  // the first lease is given back
                      "copy 2",   "read 0",                         // with step 1 and copy 2 under way
                      "use 2",    "step 2",  "read 1", "read 2",    // nothing is unread at the epoch's end
                      "copied 1", "copied 2"};
  EXPECT_EQ(link_.log, wanted);
  EXPECT_EQ(recorder.steps.size(), 3u);
}

TEST_F(DeviceStepTest, BatchesOfAStepAreReadOnce) {
  options_.link = &link_;
  options_.phases[0].epochs = 1;
  options_.accumulate = 2;
  Recorder recorder;
  Fit(recorder);
  const Log wanted = {"copy 0", "use 0",  "copy 1", "use 1",  "step 0",   "copied 0", "copy 2",
                      "use 2",  "step 1", "read 0", "read 1", "copied 1", "copied 2"};
  EXPECT_EQ(link_.log, wanted);
}

TEST_F(DeviceStepTest, GivesTheNumbersOfTheProcessor) {
  Recorder here, there;
  Fit(here);
  const std::vector<Tensor> wanted = [&] {
    std::vector<Tensor> weights;
    for (const auto& item : model_.State()) weights.push_back(item.tensor.clone());
    return weights;
  }();
  model_ = MakeModel();
  options_.link = &link_;
  Fit(there);
  ASSERT_EQ(there.Losses(), here.Losses());
  for (size_t i = 0; i < here.steps.size(); ++i) {
    EXPECT_EQ(there.steps[i].step, i);
    EXPECT_EQ(there.steps[i].samples, here.steps[i].samples);
    EXPECT_EQ(there.steps[i].learning_rate, here.steps[i].learning_rate);
  }
  ASSERT_EQ(there.epochs.size(), 2u);
  EXPECT_EQ(there.epochs[1].loss, here.epochs[1].loss);
  EXPECT_EQ(there.epochs[1].accuracy, here.epochs[1].accuracy);
  EXPECT_EQ(there.epochs[1].val_loss, here.epochs[1].val_loss);
  size_t i = 0;
  for (const auto& item : model_.State()) EXPECT_TRUE(item.tensor.equal(wanted[i++])) << item.name;
}

TEST_F(DeviceStepTest, AStopReadsAllBeforeTheCheckpoint) {
  options_.link = &link_;
  int asked = 0;
  options_.stop = [&] { return ++asked == 2; };
  Recorder recorder;
  EXPECT_EQ(Fit(recorder), Outcome::kStopped);
  EXPECT_EQ(recorder.steps_then, 2u);
  EXPECT_EQ(recorder.last.step, 2u);
  EXPECT_EQ(recorder.last.samples, 32u);
  EXPECT_EQ(recorder.last.loss_sum, recorder.steps[0].loss * 16 + recorder.steps[1].loss * 16);
}

// Its step changes nothing, and neither it nor a later one becomes a checkpoint.
TEST_F(DeviceStepTest, ALossThatIsNotFiniteChangesNoParameterAndNoCheckpoint) {
  for (DeviceLink* link : {static_cast<DeviceLink*>(nullptr), static_cast<DeviceLink*>(&link_)}) {
    options_.link = link;
    model_ = MakeModel();
    std::vector<Tensor> before;
    for (const auto& item : model_.TrainedParameters()) before.push_back(item.tensor.detach().clone());
    // Batches after the first one have scores that are not finite.
    class Damage : public TrainObserver {
     public:
      explicit Damage(Classifier& model) : model_(model) {}
      void OnStep(const StepReport& report) override {
        const torch::NoGradGuard no_grad;
        for (const auto& item : model_.State()) {
          if (report.step == 0 && item.name == "classifier.1.bias") item.tensor.fill_(std::nan(""));
          if (report.step == 0 && item.name == "classifier.1.weight") then = item.tensor.clone();
        }
      }
      Tensor then;

     private:
      Classifier& model_;
    } damage(model_);
    Recorder recorder;
    testing::MemoryStream train(80, kSide, 16, true);
    Trainer trainer(model_, options_, train.Stream(), val_.Stream(), kClasses, {&damage, &recorder});
    try {
      trainer.Fit(TrainState(), {});
      FAIL() << "no error";
    } catch (const dataset::Error& error) {
      EXPECT_NE(std::string(error.what()).find("not finite at step 2 of epoch 1"), std::string::npos) << error.what();
    }
    EXPECT_EQ(recorder.steps.size(), 2u);
    EXPECT_EQ(recorder.checkpoints, 0);
    for (const auto& item : model_.State()) {
      if (item.name == "classifier.1.weight") {
        EXPECT_TRUE(item.tensor.equal(damage.then));
      }
    }
  }
}

TEST_F(DeviceStepTest, AnUnreadableBatchComesAfterTheStepsBeforeIt) {
  options_.link = &link_;
  BatchStream stream = train_.Stream();
  class Failing : public dataset::BatchSource {
   public:
    explicit Failing(std::unique_ptr<dataset::BatchSource> source) : source_(std::move(source)) {}
    dataset::BatchLease Next() override {
      if (given_++ == 2) throw dataset::Error("shard 7 is unreadable");
      return source_->Next();
    }

   private:
    std::unique_ptr<dataset::BatchSource> source_;
    int given_ = 0;
  };
  const auto open = stream.open;
  stream.open = [open](uint32_t epoch, uint64_t first, InputSize size) {
    return std::make_unique<Failing>(open(epoch, first, size));
  };
  Recorder recorder;
  Trainer trainer(model_, options_, stream, val_.Stream(), kClasses, {&recorder});
  EXPECT_THROW(trainer.Fit(TrainState(), {}), dataset::Error);
  EXPECT_EQ(recorder.steps.size(), 2u);
}

// A factor that is a power of two rounds nothing.
TEST_F(DeviceStepTest, AScaledLossGivesTheSameStep) {
  for (const double clip : {0.0, 0.5}) {
    for (const int accumulate : {1, 2}) {
      std::vector<std::vector<Tensor>> weights;
      for (const LossScaling scaling : {LossScaling::kForFp16, LossScaling::kAlways}) {
        Classifier model = MakeModel();
        model.SetTrainable(Trainable::kAll);
        Optimizer optimizer({.kind = OptimizerKind::kAdam, .clip_norm = clip}, OptimizedParametersOf(model));
        TrainStep step(model, StepOptions(accumulate, scaling));
        const auto source = train_.Stream().open(0, 0, InputSize::kFull);
        for (uint64_t i = 0; i < 2; ++i) {
          step.Add(*source->Next(), i);
          if (accumulate == 1 || i == 1) step.End(1e-2, optimizer);
        }
        const StepState state = step.state();
        EXPECT_EQ(state.loss_scale.has_value(), scaling == LossScaling::kAlways);
        if (state.loss_scale) {
          EXPECT_EQ(state.loss_scale->factor, 65536);
          EXPECT_EQ(state.loss_scale->steps, accumulate == 1 ? 2u : 1u);
        }
        weights.emplace_back();
        for (const auto& item : model.State()) weights.back().push_back(item.tensor.detach().clone());
      }
      for (size_t i = 0; i < weights[0].size(); ++i) EXPECT_TRUE(weights[1][i].equal(weights[0][i])) << i;
    }
  }
}

// As torch.amp.GradScaler: a gradient that is not finite halves the factor and leaves the parameters; the next step
// goes on with it.
TEST_F(DeviceStepTest, AGradientThatIsNotFiniteIsLeftOut) {
  model_.SetTrainable(Trainable::kAllFrozenNorms);
  Optimizer optimizer({.kind = OptimizerKind::kSgd}, OptimizedParametersOf(model_));
  TrainStep step(model_, StepOptions(1, LossScaling::kAlways));
  const dataset::BatchLease batch = train_.Stream().open(0, 0, InputSize::kFull)->Next();
  const auto parameters = model_.TrainedParameters();
  for (const float bad : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
    step.Set({.loss_scale = LossScale::State{65536, 10}});
    std::vector<Tensor> before;
    for (const auto& item : parameters) before.push_back(item.tensor.detach().clone());
    step.Add(*batch, 0);
    parameters[3].tensor.grad().flatten()[0].fill_(bad);
    EXPECT_TRUE(std::isfinite(step.End(0.1, optimizer).loss));
    for (size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(parameters[i].tensor.equal(before[i])) << i;
    EXPECT_EQ(step.state().loss_scale->factor, 32768);
    EXPECT_EQ(step.state().loss_scale->steps, 0u);
    step.Add(*batch, 0);
    step.End(0.1, optimizer);
    EXPECT_FALSE(parameters[3].tensor.equal(before[3]));
    EXPECT_EQ(step.state().loss_scale->steps, 1u);
  }
}

}  // namespace
}  // namespace train
