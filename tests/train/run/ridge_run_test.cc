// Runs whose head is solved in closed form.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"
#include "tests/train/run/pretrained_run.h"
#include "train/run/training_notes.h"
#include "train/run/training_plan.h"
#include "train/run/training_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using testing::Events;
using testing::MessageOf;
using testing::TimelessEvents;
using testing::Train;

class RidgeRunTest : public testing::PretrainedRunTest {
 protected:
  static std::string Weights(const fs::path& run) { return dataset::ReadFile(run / "weights.safetensors"); }
};

TEST_F(RidgeRunTest, ASolvedHeadIsAnEpochOfOneStep) {
  Train(Options(out_ / "run"));
  const auto epochs = Events(out_ / "run", "epoch");
  ASSERT_EQ(epochs.size(), 2u);
  EXPECT_EQ(epochs[0]["phase"], "head");
  EXPECT_EQ(epochs[0]["step"], 1);
  EXPECT_GT(epochs[0]["accuracy"], 0.9);
  EXPECT_GT(epochs[0]["val_accuracy"], 0.8);
  EXPECT_EQ(epochs[1]["phase"], "finetune");
  const auto heads = Events(out_ / "run", "head");
  ASSERT_EQ(heads.size(), 1u);
  EXPECT_EQ(heads[0]["samples"], 42);
  EXPECT_EQ(Events(out_ / "run", "step").size(), 5u);
  EXPECT_EQ(Events(out_ / "run", "start")[0]["options"]["head_solver"], "ridge");
}

TEST_F(RidgeRunTest, AStopGoesOnWithTheSameBytes) {
  Train(Options(out_ / "whole"));
  // 5 batches of train, 2 of val, the epoch's end, then steps.
  for (const int stop_after : {1, 5, 6, 7, 8, 10}) {
    TrainingRunOptions options = Options(out_ / std::to_string(stop_after));
    int asked = 0;
    options.stop = [&] { return ++asked == stop_after; };
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped) << stop_after;
    options.stop = nullptr;
    options.existing = dataset::ExistingOutput::kResume;
    options.loader_threads = 3;
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained);
    EXPECT_EQ(TimelessEvents(options.output), TimelessEvents(out_ / "whole")) << stop_after;
    EXPECT_EQ(Weights(options.output), Weights(out_ / "whole")) << stop_after;
  }
}

TEST_F(RidgeRunTest, LoaderThreadsNeverMatter) {
  std::vector<std::string> weights;
  for (const int threads : {1, 2, 4}) {
    TrainingRunOptions options = Options(out_ / std::to_string(threads));
    options.loader_threads = threads;
    options.finetune_epochs = 0;
    Train(options);
    weights.push_back(Weights(options.output));
  }
  EXPECT_EQ(weights[0], weights[1]);
  EXPECT_EQ(weights[0], weights[2]);
}

TEST_F(RidgeRunTest, AHeadAloneIsAWholeRun) {
  TrainingRunOptions options = Options(out_ / "run");
  options.finetune_epochs = 0;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete);
  options.existing = dataset::ExistingOutput::kResume;
  options.extend = 1;
  EXPECT_NE(MessageOf(options).find("`extend` finds no epoch to add: the run is a head that was solved"),
            std::string::npos)
      << MessageOf(options);
}

// The same weights as a gradient would find serve an init_from, whose scores auto keeps.
TEST_F(RidgeRunTest, AutoKeepsTheScoresOfAnotherRun) {
  TrainingRunOptions options = Options(out_ / "run");
  options.weights.reset();
  options.init_from = *dir_ / "base";
  options.image_size.reset();
  options.finetune_epochs = 0;
  options.head_epochs = 1;
  Train(options);
  EXPECT_EQ(Events(out_ / "run", "start")[0]["options"]["head_solver"], "gradient");
  options.output = out_ / "solved";
  options.head_solver = HeadSolver::kRidge;
  Train(options);
  EXPECT_EQ(Events(out_ / "solved", "start")[0]["options"]["head_solver"], "ridge");
}

TEST_F(RidgeRunTest, OtherSolversAreOtherRuns) {
  TrainingRunOptions options = Options(out_ / "run");
  options.finetune_epochs = 0;
  Train(options);
  options.existing = dataset::ExistingOutput::kResume;
  options.head_solver = HeadSolver::kRidge;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete);
  options.head_solver = HeadSolver::kGradient;
  EXPECT_NE(MessageOf(options).find("`head_solver` was ridge and is gradient"), std::string::npos);
}

TEST_F(RidgeRunTest, OlderHeadsGoOnByGradients) {
  const Notes older = {{"weight_decay", "0"}, {"head_epochs", "5"}};
  EXPECT_EQ(OfToday(older).at("head_solver"), "gradient");
  EXPECT_EQ(WithResumed(TrainingRunOptions(), older).head_solver, HeadSolver::kGradient);
  EXPECT_FALSE(OfToday({{"weight_decay", "0"}}).contains("head_solver"));
}

}  // namespace
}  // namespace train
