// Runs whose loss is not finite and that go on.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"
#include "tests/train/run/small_run.h"
#include "train/run/run_directory.h"
#include "train/run/training_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using testing::Events;
using testing::Losses;
using testing::MessageOf;
using testing::Train;

class DivergenceRunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new dataset::testing::TempDir;
    testing::MakeDataset(dir_->path());
    TrainingRunOptions base = Options(*dir_ / "base");
    base.finetune_learning_rate = 3e-3;
    Train(base);
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }

  static TrainingRunOptions Options(const fs::path& output) {
    TrainingRunOptions options = testing::SmallOptions(*dir_ / "data.ds", output);
    options.optimizer = OptimizerKind::kSgd;
    return options;
  }
  // In one epoch of the finetune phase, of two steps, the rate is so high that the loss is not finite at the second.
  static void DivergeInEpoch(uint32_t epoch, TrainingRunOptions* options) {
    options->steps_per_epoch = 2;
    options->finetune_learning_rate = 1e30;
    options->finetune_schedule = ScheduleKind::kList;
    if (epoch > 1) options->schedule_list.emplace_back(1, 1e-33);
    options->schedule_list.emplace_back(epoch, 1);
    options->schedule_list.emplace_back(epoch + 1, 1e-33);
  }
  static TrainingRunOptions Diverging(const fs::path& output) {
    TrainingRunOptions options = Options(output);
    options.weights = *dir_ / "base/weights.safetensors";
    options.head_solver = HeadSolver::kGradient;
    options.head_epochs = 1;
    options.head_learning_rate = 1e-2;
    options.finetune_epochs = 3;
    DivergeInEpoch(2, &options);
    options.on_divergence = OnDivergence::kHalve;
    options.ema = 0.9;
    return options;
  }

  class KilledAtStep : public RunObserver {
   public:
    explicit KilledAtStep(uint64_t step) : step_(step) {}
    void OnStep(const StepReport& report) override {
      if (report.step == step_) throw std::runtime_error("killed");
    }
    void OnDivergence(const Divergence& divergence) override {
      if (divergence.step == step_) throw std::runtime_error("killed");
    }

   private:
    uint64_t step_;
  };

  static inline dataset::testing::TempDir* dir_ = nullptr;
  dataset::testing::TempDir out_;
};

TEST_F(DivergenceRunTest, AKillAtAnyStepGoesOnExactly) {
  ASSERT_EQ(Train(Diverging(out_ / "whole")).kind, RunResult::Kind::kTrained);
  const auto divergences = Events(out_ / "whole", "divergence");
  ASSERT_EQ(divergences.size(), 1u);
  EXPECT_EQ(divergences[0]["loss"], "train");
  EXPECT_EQ(divergences[0]["answer"], "halve");
  EXPECT_EQ(divergences[0]["epoch"], 3);
  EXPECT_EQ(divergences[0]["step"], 5);
  EXPECT_EQ(divergences[0]["rate_factor"], 0.5);
  EXPECT_DOUBLE_EQ(Events(out_ / "whole", "step").back()["learning_rate"].get<double>(), 1e-3 / 2);
  EXPECT_EQ(Events(out_ / "whole", "epoch").size(), 4u);
  const std::string weights = dataset::ReadFile(out_ / "whole/weights.safetensors");
  const std::vector<double> losses = Losses(out_ / "whole");
  for (uint64_t step = 1; step < 8; ++step) {
    TrainingRunOptions options = Diverging(out_ / std::to_string(step));
    KilledAtStep killed(step);
    EXPECT_THROW(RunTraining(options, killed), std::runtime_error) << step;
    options.existing = dataset::ExistingOutput::kResume;
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained) << step;
    EXPECT_EQ(Losses(options.output), losses) << step;
    EXPECT_EQ(dataset::ReadFile(options.output / "weights.safetensors"), weights) << step;
    EXPECT_EQ(Events(options.output, "divergence"), divergences) << step;
  }
}

// From scratch there are no best weights in the first epoch, but those of the start can be made again.
TEST_F(DivergenceRunTest, ARunFromScratchBeginsAnew) {
  TrainingRunOptions options = Options(out_ / "run");
  DivergeInEpoch(1, &options);
  options.on_divergence = OnDivergence::kHalve;
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  const auto divergences = Events(out_ / "run", "divergence");
  ASSERT_EQ(divergences.size(), 1u);
  EXPECT_EQ(divergences[0]["epoch"], 1);
  EXPECT_NE(divergences[0]["text"].get<std::string>().find("; the run goes on from the weights that it began with"),
            std::string::npos);
}

TEST_F(DivergenceRunTest, PretrainedWeightsThatMayBeGoneAreNotTakenAgain) {
  TrainingRunOptions options = Diverging(out_ / "run");
  options.head_epochs = 0;
  options.schedule_list = {{1, 1.0}};
  const std::string message = MessageOf(options);
  EXPECT_NE(message.find("of epoch 1; a smaller `finetune_learning_rate` is the usual cure"), message.npos) << message;
}

// It decides nothing before there is a divergence, so a run that was stopped by one may go on otherwise.
TEST_F(DivergenceRunTest, AResumeMayAnswerOtherwise) {
  Train(Diverging(out_ / "whole"));
  TrainingRunOptions options = Diverging(out_ / "run");
  options.on_divergence = OnDivergence::kStop;
  EXPECT_NE(MessageOf(options).find("; the best weights are kept, those of epoch "), std::string::npos);
  options.existing = dataset::ExistingOutput::kResume;
  options.on_divergence = OnDivergence::kHalve;
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  EXPECT_EQ(dataset::ReadFile(out_ / "run/weights.safetensors"), dataset::ReadFile(out_ / "whole/weights.safetensors"));
}

}  // namespace
}  // namespace train
