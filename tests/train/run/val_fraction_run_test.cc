// Runs that hold their val out of train.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/progress.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"
#include "tests/train/run/small_run.h"
#include "train/run/evaluation_run.h"
#include "train/run/training_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using testing::Events;
using testing::MessageOf;

class ValFractionRunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new dataset::testing::TempDir;
    testing::MakeDataset(dir_->path(), {.name = "two", .ratio = "80,0,20"});
    testing::MakeDataset(dir_->path(), {.name = "three"});
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }

  static TrainingRunOptions Options(const fs::path& output) {
    TrainingRunOptions options = testing::SmallOptions(*dir_ / "two.ds", output);
    options.val_fraction = 0.2;
    options.finetune_learning_rate = 3e-3;
    return options;
  }
  class Observer : public RunObserver {
   public:
    void OnStart(const RunSummary& start) override { summary = start; }
    RunSummary summary;
  };
  static RunSummary Train(const TrainingRunOptions& options) {
    Observer observer;
    RunTraining(options, observer);
    return observer.summary;
  }
  static EvaluationRunResult Evaluate(const fs::path& run, dataset::Split split,
                                      const std::optional<fs::path>& dataset = std::nullopt) {
    EvaluationRunOptions options;
    options.run = run;
    options.dataset = dataset;
    options.split = split;
    options.device = DeviceKind::kCpu;
    options.compute_threads = 1;
    options.sync = dataset::Sync::kNo;
    dataset::NoProgress progress;
    return RunEvaluation(options, progress).value();
  }
  // The photos of predictions.csv.
  static std::set<std::string> PhotosOf(const fs::path& results) {
    std::ifstream csv(results / "predictions.csv");
    std::set<std::string> photos;
    std::string line;
    std::getline(csv, line);
    while (std::getline(csv, line)) photos.insert(line.substr(0, line.find(',')));
    return photos;
  }
  static std::string Weights(const fs::path& run) { return dataset::ReadFile(run / "weights.safetensors"); }

  static inline dataset::testing::TempDir* dir_ = nullptr;
  dataset::testing::TempDir out_;
};

TEST_F(ValFractionRunTest, APartOfTrainIsVal) {
  const RunSummary summary = Train(Options(out_ / "run"));
  // 57 of train: 19 a class, of which round(0.2 x 19) are held out.
  ASSERT_EQ(summary.splits.size(), 3u);
  EXPECT_EQ(summary.splits[0].per_class, (std::vector<uint32_t>{15, 15, 15}));
  EXPECT_EQ(summary.splits[1].name, "val");
  EXPECT_EQ(summary.splits[1].per_class, (std::vector<uint32_t>{4, 4, 4}));
  EXPECT_TRUE(summary.splits[1].held_out);
  EXPECT_FALSE(summary.splits[0].held_out);
  EXPECT_EQ(summary.steps_per_epoch, 5u);
  EXPECT_EQ(summary.images_of_train, 45u);
  const auto epochs = Events(out_ / "run", "epoch");

  const EvaluationRunResult val = Evaluate(out_ / "run", dataset::Split::kVal);
  double best = 0;
  for (const auto& epoch : epochs) best = std::max(best, epoch["val_accuracy"].get<double>());
  EXPECT_EQ(val.evaluation.predictions.size(), 12u);
  EXPECT_NEAR(val.evaluation.confusion.accuracy(), best, 1e-12);
  Evaluate(out_ / "run", dataset::Split::kTrain);
  Evaluate(out_ / "run", dataset::Split::kTest);
  const std::set<std::string> in_train = PhotosOf(out_ / "run/eval/train"), in_val = PhotosOf(out_ / "run/eval/val");
  EXPECT_EQ(in_train.size(), 45u);
  EXPECT_EQ(in_val.size(), 12u);
  for (const std::string& photo : in_val) EXPECT_FALSE(in_train.contains(photo)) << photo;
  EXPECT_EQ(PhotosOf(out_ / "run/eval/test").size(), 15u);

  // Of another dataset its own splits count.
  EXPECT_EQ(Evaluate(out_ / "run", dataset::Split::kVal, *dir_ / "three.ds").evaluation.predictions.size(), 15u);
}

TEST_F(ValFractionRunTest, ThePartDependsOnNoSeed) {
  TrainingRunOptions options = Options(out_ / "a");
  options.finetune_epochs = 1;
  Train(options);
  options.output = out_ / "b";
  options.seed = 7;
  Train(options);
  EXPECT_NE(Weights(out_ / "a"), Weights(out_ / "b"));
  for (const char* run : {"a", "b"}) Evaluate(out_ / run, dataset::Split::kVal);
  EXPECT_EQ(PhotosOf(out_ / "a/eval/val"), PhotosOf(out_ / "b/eval/val"));
}

TEST_F(ValFractionRunTest, LoaderThreadsNeverMatterAndAStopGoesOnExactly) {
  std::set<std::string> weights;
  for (const int threads : {1, 2, 4}) {
    TrainingRunOptions options = Options(out_ / std::to_string(threads));
    options.loader_threads = threads;
    options.sampler = dataset::Order::kBalanced;
    Train(options);
    weights.insert(Weights(options.output));
  }
  TrainingRunOptions options = Options(out_ / "stopped");
  options.sampler = dataset::Order::kBalanced;
  int asked = 0;
  options.stop = [&] { return ++asked == 3; };
  Train(options);
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  TrainingRunOptions other = options;
  other.val_fraction = 0.3;
  EXPECT_NE(MessageOf(other).find("`val_fraction` was 0.2 and is 0.3"), std::string::npos) << MessageOf(other);
  Train(options);
  weights.insert(Weights(options.output));
  EXPECT_EQ(weights.size(), 1u);
}

TEST_F(ValFractionRunTest, ASolvedHeadSeesTheRestAlone) {
  Train(Options(out_ / "base"));
  TrainingRunOptions options = Options(out_ / "run");
  options.weights = out_ / "base/weights.safetensors";
  options.finetune_epochs = 0;
  options.loss_weighting = LossWeighting::kBalanced;
  Train(options);
  EXPECT_EQ(Events(out_ / "run", "head").at(0)["samples"], 45);
}

TEST_F(ValFractionRunTest, WhatDoesNotFitIsRefused) {
  TrainingRunOptions options = Options(out_ / "run");
  options.dataset = *dir_ / "three.ds";
  EXPECT_TRUE(MessageOf(options).starts_with("`val_fraction` is for a dataset without a val split, and "))
      << MessageOf(options);
  for (const double fraction : {0.0, 1.0, -0.1, 1.5}) {
    options = Options(out_ / "run");
    options.val_fraction = fraction;
    EXPECT_EQ(MessageOf(options), "`val_fraction` must be above 0 and below 1") << fraction;
  }
  options.val_fraction.reset();
  EXPECT_TRUE(MessageOf(options).ends_with("; `val_fraction` holds a part of train out")) << MessageOf(options);
  EXPECT_FALSE(fs::exists(out_ / "run"));
}

}  // namespace
}  // namespace train
