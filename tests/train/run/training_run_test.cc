#include "train/run/training_run.h"

#include <gtest/gtest.h>
#include <torch/cuda.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"
#include "tests/train/formula.h"
#include "tests/train/models.h"
#include "tests/train/run/open_counter.h"
#include "tests/train/run/small_run.h"
#include "tests/train/weights/h5_writer.h"
#include "train/run/evaluation_run.h"
#include "train/run/metrics_views.h"
#include "train/run/run_directory.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using testing::Events;
using testing::Losses;
using testing::Train;

// Trains on datasets of generated pictures, which are made once.
class TrainingRunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new dataset::testing::TempDir;
    MakeDataset("data", 3, "60,20,20");
  }
  // Makes the dataset NAME.ds with 24 pictures in each of `classes` classes.
  static void MakeDataset(const std::string& name, int classes, const std::string& ratio) {
    testing::MakeDataset(dir_->path(), {.name = name, .classes = classes, .ratio = ratio});
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }

  static TrainingRunOptions Options(const fs::path& output) {
    TrainingRunOptions options = testing::SmallOptions(*dir_ / "data.ds", output);
    options.finetune_learning_rate = 3e-3;
    options.augmentation.crop_scale_min = 0.7;
    return options;
  }

  // The content of every file below a folder.
  static std::map<std::string, std::string> Contents(const fs::path& folder) {
    std::map<std::string, std::string> contents;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
      if (item.is_regular_file()) contents[item.path().string()] = dataset::ReadFile(item.path());
    }
    return contents;
  }

  static EvaluationRunOptions Evaluating(const fs::path& run) {
    EvaluationRunOptions evaluation;
    evaluation.run = run;
    evaluation.device = DeviceKind::kCpu;
    evaluation.compute_threads = 1;
    evaluation.sync = dataset::Sync::kNo;
    return evaluation;
  }
  static EvaluationRunResult Evaluate(const EvaluationRunOptions& options) {
    dataset::NoProgress progress;
    return RunEvaluation(options, progress).value();
  }
  static std::string MessageOf(const EvaluationRunOptions& options) {
    return testing::ErrorOf([&] { Evaluate(options); });
  }
  static std::string MessageOf(const TrainingRunOptions& options) { return testing::MessageOf(options); }

  static inline dataset::testing::TempDir* dir_ = nullptr;
  dataset::testing::TempDir out_;
};

TEST_F(TrainingRunTest, RefusesADatasetThatCannotTrain) {
  MakeDataset("lone", 1, "60,40");
  MakeDataset("blind", 2, "60,0,40");
  TrainingRunOptions options = Options(out_ / "run");
  options.dataset = *dir_ / "lone.ds";
  EXPECT_NE(MessageOf(options).find("lone.ds: has one class only, class_a; a classifier needs two"), std::string::npos)
      << MessageOf(options);
  options.dataset = *dir_ / "blind.ds";
  EXPECT_NE(MessageOf(options).find("blind.ds: has no val split"), std::string::npos) << MessageOf(options);
  EXPECT_FALSE(fs::exists(out_ / "run"));
}

TEST_F(TrainingRunTest, LearnsAndLeavesARunFolder) {
  TrainingRunOptions options = Options(out_ / "run");
  options.finetune_epochs = 14;
  options.dropout = 0.2;
  options.config_toml = "seed = 0\n";
  const RunResult result = Train(options);
  EXPECT_EQ(result.kind, RunResult::Kind::kTrained);
  EXPECT_GT(result.best_accuracy, 0.8);
  for (const char* name : {"config.toml", "model.json", "weights.safetensors", "metrics.jsonl", "metrics.csv",
                           "curves.svg", "events.out.tfevents.dtrain"}) {
    EXPECT_TRUE(fs::exists(out_ / "run" / name)) << name;
  }
  EXPECT_EQ(Events(out_ / "run", "epoch").size(), 14u);
  EXPECT_EQ(Events(out_ / "run", "start").size(), 1u);
  EXPECT_TRUE(Events(out_ / "run", "warning").empty()) << Events(out_ / "run", "warning")[0];
  ASSERT_EQ(Events(out_ / "run", "end").size(), 1u);
  EXPECT_EQ(Events(out_ / "run", "end")[0]["best_accuracy"], result.best_accuracy);

  EvaluationRunOptions evaluation;
  evaluation.run = out_ / "run";
  evaluation.sync = dataset::Sync::kNo;
  evaluation.split = dataset::Split::kVal;
  dataset::NoProgress progress;
  const auto scored = RunEvaluation(evaluation, progress);
  ASSERT_TRUE(scored);
  EXPECT_NEAR(scored->evaluation.confusion.accuracy(), result.best_accuracy, 1e-12);
  EXPECT_FALSE(scored->other_dataset);
  const auto json = nlohmann::json::parse(dataset::ReadFile(out_ / "run/eval/val/evaluation.json"));
  EXPECT_EQ(json["accuracy"].get<double>(), scored->evaluation.confusion.accuracy());
  std::ifstream csv(out_ / "run/eval/val/predictions.csv");
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line, "path,label,predicted,probability,class_a,class_b,class_c");
  size_t rows = 0;
  while (std::getline(csv, line)) {
    EXPECT_TRUE(line.starts_with("class_")) << line;
    ++rows;
  }
  EXPECT_EQ(rows, json["samples"].get<size_t>());
}

// A run with the weights of another one scored pictures by the wrong classes, and one with NaN gave an accuracy.
TEST_F(TrainingRunTest, OnlyTheRunsOwnSoundWeightsAreScored) {
  MakeDataset("five", 5, "60,20,20");
  MakeDataset("other", 3, "50,20,30");
  TrainingRunOptions options = Options(out_ / "run");
  options.finetune_epochs = 1;
  Train(options);
  for (const char* name : {"five", "other"}) {
    TrainingRunOptions another = options;
    another.dataset = *dir_ / (std::string(name) + ".ds");
    another.output = out_ / name;
    Train(another);
  }
  const auto score_with = [&](const fs::path& weights) {
    dataset::PublishFile(out_ / "run/weights.safetensors", dataset::ReadFile(weights), dataset::Sync::kNo);
    EvaluationRunOptions evaluation;
    evaluation.run = out_ / "run";
    evaluation.sync = dataset::Sync::kNo;
    dataset::NoProgress progress;
    try {
      RunEvaluation(evaluation, progress);
    } catch (const dataset::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto rewrite = [&](const fs::path& from, const fs::path& to, const std::map<std::string, std::string>& metadata,
                           const std::string& spoilt) {
    const std::unique_ptr<TensorFile> file = OpenTensorFile(from);
    std::vector<TensorView> views = file->tensors();
    std::vector<float> nan;
    for (TensorView& view : views) {
      if (view.name != spoilt) continue;
      nan.assign(view.bytes.size() / sizeof(float), std::nanf(""));
      view.bytes = {reinterpret_cast<const char*>(nan.data()), view.bytes.size()};
    }
    WriteSafetensors(to, views, metadata, dataset::Sync::kNo);
  };
  const std::string own = dataset::ReadFile(out_ / "run/weights.safetensors");
  const std::map<std::string, std::string> metadata = OpenTensorFile(out_ / "run/weights.safetensors")->metadata();
  rewrite(out_ / "run/weights.safetensors", out_ / "nan", metadata, "dense.bias");
  rewrite(out_ / "run/weights.safetensors", out_ / "bare", {}, "");
  rewrite(out_ / "five/weights.safetensors", out_ / "five_bare", {}, "");
  auto wrong_mean = metadata;
  wrong_mean["mean"] = "[3.0]";
  rewrite(out_ / "run/weights.safetensors", out_ / "mean", wrong_mean, "");

  const auto expect = [&](const fs::path& weights, const std::string& part) {
    const std::string message = score_with(weights);
    EXPECT_NE(message.find("run/weights.safetensors: " + part), std::string::npos) << message;
  };
  expect(out_ / "nan", "tensor 'dense.bias' is spoilt: its value 0 is NaN");
  expect(out_ / "five/weights.safetensors", "belongs to another run: its dataset_fingerprint is '");
  expect(out_ / "other/weights.safetensors", "belongs to another run: its dataset_fingerprint is '");
  expect(out_ / "mean", "belongs to another run: its mean is '[3.0]', but the run's is '[127.5]'");
  expect(out_ / "five_bare", "these are no weights of small_cnn; of another shape: 'classifier.1.weight' [5, 256]");
  // Weights of before there was a fingerprint, and the run's own.
  EXPECT_EQ(score_with(out_ / "bare"), "");
  dataset::testing::WriteFile(out_ / "own", own);
  EXPECT_EQ(score_with(out_ / "own"), "");
}

TEST_F(TrainingRunTest, LoaderThreadsNeverMatter) {
  std::vector<std::vector<double>> losses;
  for (const int threads : {1, 2, 4}) {
    TrainingRunOptions options = Options(out_ / std::to_string(threads));
    options.loader_threads = threads;
    Train(options);
    losses.push_back(Losses(options.output));
  }
  ASSERT_EQ(losses[0].size(), 10u);
  EXPECT_EQ(losses[0], losses[1]);
  EXPECT_EQ(losses[0], losses[2]);
}

TEST_F(TrainingRunTest, AStopInMidEpochResumesExactly) {
  Train(Options(out_ / "whole"));
  for (const int stop_after : {1, 3, 5, 8}) {
    TrainingRunOptions options = Options(out_ / std::to_string(stop_after));
    int asked = 0;
    options.stop = [&] { return ++asked == stop_after; };
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped) << stop_after;
    EXPECT_FALSE(fs::exists(options.output / "model.json"));
    options.stop = nullptr;
    EXPECT_NE(MessageOf(options).find("`resume` goes on with it"), std::string::npos);
    options.existing = dataset::ExistingOutput::kResume;
    options.loader_threads = 3;
    options.compute_threads = 0;
    options.precision = Precision::kAuto;
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained);
    EXPECT_EQ(Losses(options.output), Losses(out_ / "whole")) << stop_after;
    EXPECT_EQ(dataset::ReadFile(options.output / "weights.safetensors"),
              dataset::ReadFile(out_ / "whole/weights.safetensors"));
  }
}

TEST_F(TrainingRunTest, EveryKindOfInputResumesExactly) {
  using Change = void (*)(TrainingRunOptions&);
  int number = 0;
  for (const Change change : std::initializer_list<Change>{
           [](TrainingRunOptions& o) { o.mix = {.mixup = 0.5, .cutmix = 0.5}; },
           [](TrainingRunOptions& o) { o.mix.mixup = 1, o.mix_until = 0.5; },
           [](TrainingRunOptions& o) { o.loss_weighting = LossWeighting::kBalanced, o.focal = 2; },
           [](TrainingRunOptions& o) {
             o.loss_weights = {{"class_a", 3}};
             o.accumulate = 2;
           },
           [](TrainingRunOptions& o) { o.augmentation = OptionsOf(dataset::AugmentationPreset::kStrong); },
           [](TrainingRunOptions& o) { o.augmentation = OptionsOf(dataset::AugmentationPreset::kTrivial); },
           [](TrainingRunOptions& o) { o.normalize = NormalizationKind::kSample, o.fit = dataset::SquareFit::kPad; },
           [](TrainingRunOptions& o) { o.normalize = NormalizationKind::kZca, o.image_size = 8; },
           [](TrainingRunOptions& o) {
             o.sampler = dataset::Order::kWeighted;
             o.class_weights = {{"class_a", 3}};
           }}) {
    const fs::path folder = out_ / std::to_string(number++);
    TrainingRunOptions options = Options(folder / "whole");
    change(options);
    Train(options);
    options.output = folder / "stopped";
    int asked = 0;
    options.stop = [&] { return ++asked == 3; };
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
    options.stop = nullptr;
    options.existing = dataset::ExistingOutput::kResume;
    options.loader_threads = 3;
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained);
    EXPECT_EQ(Losses(folder / "stopped"), Losses(folder / "whole")) << number;
    EXPECT_EQ(dataset::ReadFile(folder / "stopped/weights.safetensors"),
              dataset::ReadFile(folder / "whole/weights.safetensors"));
  }
}

TEST_F(TrainingRunTest, TheLastEpochsAreUnmixedIfAsked) {
  TrainingRunOptions options = Options(out_ / "all");
  options.mix.mixup = 1;
  Train(options);
  options.output = out_ / "half";
  options.mix_until = 0.5;
  Train(options);
  const std::vector<double> all = Losses(out_ / "all"), half = Losses(out_ / "half");
  ASSERT_EQ(half.size(), 10u);
  EXPECT_TRUE(std::equal(half.begin(), half.begin() + 5, all.begin()));
  for (size_t i = 5; i < 10; ++i) EXPECT_NE(half[i], all[i]) << i;
  // An extension does not mix anew what comes before it, and goes on without mixing.
  options.existing = dataset::ExistingOutput::kResume;
  options.extend = 2;
  Train(options);
  EXPECT_EQ(Losses(out_ / "half").size(), 20u);
}

TEST_F(TrainingRunTest, NormsLearnIfAsked) {
  Train(Options(out_ / "a"));
  const auto statistics = [&](const std::string& run) {
    const auto file = OpenTensorFile(out_ / run / "weights.safetensors");
    return std::string(file->Find("bn1.running_mean")->bytes);
  };
  TrainingRunOptions options = Options(out_ / "frozen");
  options.weights = out_ / "a/weights.safetensors";
  options.head_epochs = 0;
  options.finetune_epochs = 1;
  Train(options);
  EXPECT_EQ(statistics("frozen"), statistics("a"));
  options.norms = Norms::kAdapt;
  options.output = out_ / "adapt";
  Train(options);
  EXPECT_NE(statistics("adapt"), statistics("a"));
  options.norm_momentum = 0.5;
  options.output = out_ / "half";
  Train(options);
  EXPECT_NE(statistics("half"), statistics("adapt"));
  EXPECT_EQ(Losses(out_ / "half")[0], Losses(out_ / "adapt")[0]);
  options.norms = Norms::kFrozen;
  EXPECT_EQ(MessageOf(options), "`norm_momentum` needs `norms` adapt: frozen norms learn nothing");
}

TEST_F(TrainingRunTest, AFinishedRunWithoutCheckpointsIsLeftAsItIs) {
  TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  fs::remove_all(out_ / "run/checkpoints");
  for (const dataset::ExistingOutput existing : {dataset::ExistingOutput::kRefuse, dataset::ExistingOutput::kResume}) {
    options.existing = existing;
    EXPECT_NE(MessageOf(options).find("checkpoints are gone; `overwrite`"), std::string::npos) << MessageOf(options);
    EXPECT_TRUE(fs::exists(out_ / "run/weights.safetensors"));
  }
}

TEST_F(TrainingRunTest, AnUnfinishedRunWithoutItsCheckpointsIsLeftAsItIs) {
  TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  for (const char* name : {"model.json", "checkpoints"}) fs::remove_all(out_ / "run" / name);
  const std::string weights = dataset::ReadFile(out_ / "run/weights.safetensors");
  options.existing = dataset::ExistingOutput::kResume;
  EXPECT_NE(MessageOf(options).find("checkpoints are gone; bring them back"), std::string::npos) << MessageOf(options);
  // A disk that is not mounted.
  fs::create_directory_symlink(out_ / "unmounted", out_ / "run/checkpoints");
  EXPECT_NE(MessageOf(options).find("checkpoints are gone; bring them back"), std::string::npos) << MessageOf(options);
  EXPECT_EQ(dataset::ReadFile(out_ / "run/weights.safetensors"), weights);
}

TEST_F(TrainingRunTest, OverwriteClearsNothingThatTheNewRunNeeds) {
  TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  fs::create_directory_symlink(out_ / "run", out_ / "link");
  options.existing = dataset::ExistingOutput::kOverwrite;
  const auto refused = [&](const char* field) {
    const std::string message = MessageOf(options);
    EXPECT_NE(message.find(std::string("`") + field + "` "), std::string::npos) << message;
    EXPECT_NE(message.find("lies in the run folder that `overwrite` clears"), std::string::npos) << message;
    EXPECT_TRUE(fs::exists(out_ / "run/checkpoints"));
  };
  options.init_from = out_ / "link";
  refused("init_from");
  options.init_from.reset();
  options.weights = out_ / "run/weights.safetensors";
  refused("weights");
  options.weights.reset();
  options.model = out_ / "run/model.json";
  refused("model");
}

TEST_F(TrainingRunTest, TheRunsDatasetIsFoundThroughALinkAndMustBeTheSame) {
  fs::create_directories(out_ / "deep/er");
  fs::copy(*dir_ / "data.ds", out_ / "data.ds", fs::copy_options::recursive);
  TrainingRunOptions options = Options(out_ / "deep/er/run");
  options.dataset = out_ / "data.ds";
  Train(options);
  fs::create_directory_symlink(out_ / "deep/er/run", out_ / "latest");
  EvaluationRunOptions evaluation;
  evaluation.run = out_ / "latest";
  evaluation.split = dataset::Split::kVal;
  evaluation.sync = dataset::Sync::kNo;
  dataset::NoProgress progress;
  ASSERT_TRUE(RunEvaluation(evaluation, progress));

  std::string info = dataset::ReadFile(out_ / "data.ds/dataset.json");
  const std::string fingerprint = nlohmann::json::parse(info)["fingerprint"];
  info.replace(info.find(fingerprint), 4, fingerprint.starts_with("0000") ? "1111" : "0000");
  dataset::testing::WriteFile(out_ / "data.ds/dataset.json", info);
  try {
    RunEvaluation(evaluation, progress);
    ADD_FAILURE() << "scored";
  } catch (const dataset::Error& error) {
    EXPECT_NE(std::string(error.what()).find("is not what the run was trained on"), std::string::npos) << error.what();
  }
  evaluation.dataset = out_ / "data.ds";
  const auto scored = RunEvaluation(evaluation, progress);
  ASSERT_TRUE(scored);
  EXPECT_TRUE(scored->other_dataset);
}

// The fingerprint covers no photo's bytes.
TEST_F(TrainingRunTest, OtherPhotosUnderTheSameNamesAreAnotherDataset) {
  std::string manifest = "path,label,split\n";
  for (const char* name : {"class_a", "class_b"}) {
    for (int i = 0; i < 10; ++i) {
      manifest += std::string(name) + "/img_000" + std::to_string(i) + ".jpg," + name + "," +
                  (i < 6   ? "train"
                   : i < 8 ? "val"
                           : "test") +
                  "\n";
    }
  }
  dataset::testing::WriteFile(out_ / "manifest.csv", manifest);
  const auto shoot = [&](int size) {
    dataset::testing::MakeImageFolder(out_ / "raw", 2, 10, size);
    const std::string dir = out_.path().string();
    const auto result = dataset::testing::RunCommand((dataset::testing::BinDir() / "dscompile").string() + " " + dir +
                                                     "/manifest.csv --root " + dir + "/raw -o " + dir +
                                                     "/data.ds --shards 1 --overwrite");
    ASSERT_EQ(result.exit_code, 0) << result.err;
  };
  shoot(40);
  TrainingRunOptions options = Options(out_ / "run");
  options.dataset = out_ / "data.ds";
  Train(options);
  EvaluationRunOptions evaluation = Evaluating(out_ / "run");
  EXPECT_FALSE(Evaluate(evaluation).other_dataset);
  evaluation.dataset = out_ / "data.ds";
  EXPECT_EQ(Evaluate(evaluation).folder, out_ / "run/eval/test");
  const auto before = Contents(out_ / "run");

  shoot(44);
  for (const bool extend : {false, true}) {
    options.existing = dataset::ExistingOutput::kResume;
    if (extend) options.extend = 1;
    EXPECT_NE(MessageOf(options).find("was trained on other photos than the dataset has now under the same names; "
                                      "`init_from` begins a new run"),
              std::string::npos)
        << MessageOf(options);
  }
  options.extend.reset();
  options.existing = dataset::ExistingOutput::kRefuse;
  EXPECT_NE(MessageOf(options).find("was trained on other photos"), std::string::npos) << MessageOf(options);
  evaluation.dataset.reset();
  EXPECT_NE(MessageOf(evaluation).find("is not what the run was trained on: it was made anew, perhaps of other photos"),
            std::string::npos)
      << MessageOf(evaluation);
  EXPECT_EQ(Contents(out_ / "run"), before);
  evaluation.dataset = out_ / "data.ds";
  const EvaluationRunResult scored = Evaluate(evaluation);
  EXPECT_TRUE(scored.other_dataset);
  EXPECT_EQ(scored.folder, out_ / "run/eval/data-test");
  shoot(40);
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete) << "the same photos again";
}

// What a run of before there was a content was trained on, it cannot tell.
TEST_F(TrainingRunTest, TheContentOfOlderRunsIsNotCompared) {
  TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  for (const auto& [path, bytes] : Contents(out_ / "run")) {
    if (!path.ends_with(".json")) continue;
    auto json = nlohmann::ordered_json::parse(bytes);
    ASSERT_EQ(json.erase("dataset_content"), 1u) << path;
    dataset::testing::WriteFile(path, json.dump());
  }
  EXPECT_FALSE(Evaluate(Evaluating(out_ / "run")).other_dataset);
  options.existing = dataset::ExistingOutput::kResume;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete);
  // Nothing was trained on what is there now.
  EXPECT_EQ(nlohmann::json::parse(dataset::ReadFile(out_ / "run/model.json"))["dataset_content"], "");
  options.extend = 1;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  EXPECT_NE(nlohmann::json::parse(dataset::ReadFile(out_ / "run/model.json"))["dataset_content"], "");
}

TEST_F(TrainingRunTest, AFolderOfOthersIsRefusedAndNothingInItChanges) {
  for (const char* file : {"eval/results.csv", "checkpoints/epoch-1.pth", "config.toml", "model.json", "run.json",
                           "metrics.jsonl", "notes.txt", "weights.safetensors"}) {
    const fs::path folder = out_ / "theirs";
    dataset::testing::WriteFile(folder / file, "years of work");
    TrainingRunOptions options = Options(folder);
    for (const auto existing :
         {dataset::ExistingOutput::kRefuse, dataset::ExistingOutput::kResume, dataset::ExistingOutput::kOverwrite}) {
      options.existing = existing;
      const std::string message = MessageOf(options);
      EXPECT_NE(message.find("is not empty and holds no run of dtrain; choose another folder"), message.npos)
          << message;
      EXPECT_EQ(Contents(folder), (std::map<std::string, std::string>{{(folder / file).string(), "years of work"}}));
    }
    fs::remove_all(folder);
  }
}

TEST_F(TrainingRunTest, OverwritingLeavesFilesOfOthersInARun) {
  TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  Evaluate(Evaluating(options.output));
  for (const char* file : {"notes.txt", "eval/test/plot.png", "eval/mine.csv", "checkpoints/mine/x"}) {
    dataset::testing::WriteFile(options.output / file, "mine");
  }
  options.seed = 9;
  options.existing = dataset::ExistingOutput::kOverwrite;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  for (const char* file : {"notes.txt", "eval/test/plot.png", "eval/mine.csv", "checkpoints/mine/x"}) {
    EXPECT_TRUE(fs::exists(options.output / file)) << file;
  }
  // Results of the old weights are gone.
  EXPECT_FALSE(fs::exists(options.output / "eval/test/evaluation.json"));
}

// A run of the time before there was run.json.
TEST_F(TrainingRunTest, ARunWithoutAMarkerGoesOn) {
  Train(Options(out_ / "whole"));
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0;
  options.stop = [&] { return ++asked == 7; };
  Train(options);
  fs::remove(out_ / "run/run.json");
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  EXPECT_TRUE(fs::exists(out_ / "run/run.json"));
  EXPECT_EQ(dataset::ReadFile(out_ / "run/weights.safetensors"), dataset::ReadFile(out_ / "whole/weights.safetensors"));
}

TEST_F(TrainingRunTest, ASecondWriterIsRefusedAndTouchesNothing) {
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0;
  options.stop = [&] {
    if (++asked != 7) return false;
    const auto before = Contents(out_ / "run");
    for (const auto existing :
         {dataset::ExistingOutput::kRefuse, dataset::ExistingOutput::kResume, dataset::ExistingOutput::kOverwrite}) {
      TrainingRunOptions second = Options(out_ / "run");
      second.existing = existing;
      const std::string message = MessageOf(second);
      EXPECT_NE(message.find("run: is in use by process " + std::to_string(getpid()) + ";"), message.npos) << message;
    }
    EXPECT_EQ(Contents(out_ / "run"), before);
    return false;
  };
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  EXPECT_FALSE(fs::exists(out_ / "run/.lock"));
}

TEST_F(TrainingRunTest, AnUnfinishedRunIsScoredByItsBestWeightsSoFar) {
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0, stop_at = 3;
  options.stop = [&] { return ++asked == stop_at; };
  Train(options);
  EXPECT_NE(MessageOf(Evaluating(out_ / "run")).find("run: has no weights yet: its first epoch was not finished"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(out_ / "run/eval"));
  options.existing = dataset::ExistingOutput::kResume;
  asked = 0, stop_at = 5;
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
  EvaluationRunOptions evaluation = Evaluating(out_ / "run");
  evaluation.split = dataset::Split::kVal;
  const EvaluationRunResult scored = Evaluate(evaluation);
  EXPECT_FALSE(scored.finished);
  EXPECT_EQ(scored.evaluation.confusion.accuracy(), Events(out_ / "run", "epoch").at(0)["val_accuracy"].get<double>());
  const auto json = nlohmann::json::parse(dataset::ReadFile(out_ / "run/eval/val/evaluation.json"));
  EXPECT_EQ(json["finished"], false);
  options.stop = nullptr;
  Train(options);
  EXPECT_TRUE(Evaluate(evaluation).finished);
}

TEST_F(TrainingRunTest, AfterALossThatIsNotFiniteTheBestCountsAndASmallerRateGoesOnFromIt) {
  Train(Options(out_ / "a"));
  TrainingRunOptions options = Options(out_ / "run");
  options.weights = out_ / "a/weights.safetensors";
  options.head_solver = HeadSolver::kGradient;
  options.head_epochs = 2;
  options.finetune_learning_rate = 1e30;
  options.config_toml = "finetune-learning-rate = 1e30\n";
  const std::string message = MessageOf(options);
  EXPECT_NE(message.find("the loss is not finite at step 1"), message.npos) << message;
  const auto head = Events(out_ / "run", "epoch");
  ASSERT_EQ(head.size(), 2u);
  const size_t best = head[1]["best"] == true ? 1 : 0;
  EXPECT_NE(message.find("the best weights are kept, those of epoch " + std::to_string(best + 1) + " (val accuracy 0."),
            message.npos)
      << message;
  EXPECT_TRUE(message.ends_with("; `resume` with a smaller `finetune_learning_rate` goes on from them")) << message;

  EvaluationRunOptions evaluation = Evaluating(out_ / "run");
  evaluation.split = dataset::Split::kVal;
  const EvaluationRunResult scored = Evaluate(evaluation);
  EXPECT_FALSE(scored.finished);
  EXPECT_EQ(scored.evaluation.confusion.accuracy(), head[best]["val_accuracy"].get<double>());

  options.existing = dataset::ExistingOutput::kResume;
  TrainingRunOptions larger = options;
  larger.finetune_learning_rate = 1e31;
  EXPECT_NE(MessageOf(larger).find("`finetune_learning_rate` was 1e+30 and is 1e+31"), std::string::npos)
      << MessageOf(larger);
  options.finetune_learning_rate = 1e-4;
  options.config_toml = "finetune-learning-rate = 1e-4\n";
  const RunResult result = Train(options);
  EXPECT_EQ(result.kind, RunResult::Kind::kTrained);
  EXPECT_GE(result.best_accuracy, head[best]["val_accuracy"].get<double>());
  EXPECT_EQ(Events(out_ / "run", "epoch").size(), 4u);
  const auto rates = Events(out_ / "run", "rate");
  ASSERT_EQ(rates.size(), 1u);
  EXPECT_EQ(rates[0]["phase"], "finetune");
  EXPECT_EQ(rates[0]["was"], 1e30);
  EXPECT_EQ(rates[0]["learning_rate"], 1e-4);
  EXPECT_EQ(rates[0]["from_best"], true);
  EXPECT_EQ(dataset::ReadFile(out_ / "run/config.toml"), options.config_toml);
  EXPECT_TRUE(Evaluate(evaluation).finished);
  // The smaller rate is the run's from now on, and a run that is complete has no other.
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete);
  options.finetune_learning_rate = 1e-5;
  EXPECT_NE(MessageOf(options).find("`finetune_learning_rate` was 0.0001 and is 1e-05"), std::string::npos);
}

// The phase that is to come begins as ever; what is done stays as it was.
TEST_F(TrainingRunTest, ASmallerRateOfAPhaseToComeChangesNothingBefore) {
  Train(Options(out_ / "a"));
  TrainingRunOptions options = Options(out_ / "whole");
  options.weights = out_ / "a/weights.safetensors";
  options.head_epochs = 1;
  options.finetune_learning_rate = 1e-4;
  Train(options);
  options.output = out_ / "run";
  options.finetune_learning_rate = 1e-3;
  int asked = 0;
  options.stop = [&] { return ++asked == 3; };
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  options.finetune_learning_rate = 1e-4;
  Train(options);
  EXPECT_EQ(Losses(out_ / "run"), Losses(out_ / "whole"));
  EXPECT_EQ(Events(out_ / "run", "rate").at(0)["from_best"], false);
}

TEST_F(TrainingRunTest, ResultsOfDatasetsAreKeptApart) {
  Train(Options(out_ / "run"));
  const EvaluationRunResult own = Evaluate(Evaluating(out_ / "run"));
  EXPECT_EQ(own.folder, out_ / "run/eval/test");
  EXPECT_TRUE(own.absent.empty());
  const auto before = Contents(own.folder);

  // Two of the run's three classes.
  MakeDataset("pair", 2, "60,20,20");
  EvaluationRunOptions options = Evaluating(out_ / "run");
  options.dataset = *dir_ / "pair.ds";
  const EvaluationRunResult pair = Evaluate(options);
  EXPECT_EQ(pair.folder, out_ / "run/eval/pair-test");
  EXPECT_TRUE(pair.other_dataset);
  EXPECT_EQ(pair.absent, std::vector<std::string>{"class_c"});
  EXPECT_EQ(pair.classes.size(), 3u);
  EXPECT_EQ(pair.evaluation.confusion.scores()[2].support, 0u);
  EXPECT_EQ(Contents(own.folder), before);

  // Another dataset of the same name.
  fs::create_directory(out_ / "other");
  fs::copy(*dir_ / "data.ds", out_ / "other/pair.ds", fs::copy_options::recursive);
  std::string json = dataset::ReadFile(out_ / "other/pair.ds/dataset.json");
  const std::string fingerprint = nlohmann::json::parse(json)["fingerprint"];
  json.replace(json.find(fingerprint), 4, fingerprint.starts_with("0000") ? "1111" : "0000");
  dataset::testing::WriteFile(out_ / "other/pair.ds/dataset.json", json);
  options.dataset = out_ / "other/pair.ds";
  EXPECT_NE(MessageOf(options).find("eval/pair-test: holds the results of another dataset; `overwrite`"),
            std::string::npos)
      << MessageOf(options);
  EvaluationRunOptions elsewhere = options;
  elsewhere.output = out_ / "deep/results";
  EXPECT_EQ(Evaluate(elsewhere).folder, out_ / "deep/results");
  EXPECT_TRUE(fs::exists(out_ / "deep/results/evaluation.json"));
  options.existing = dataset::ExistingOutput::kOverwrite;
  EXPECT_EQ(Evaluate(options).folder, pair.folder);
}

TEST_F(TrainingRunTest, ClassesAreMatchedByNameAndRenamed) {
  Train(Options(out_ / "run"));
  EvaluationRunOptions options = Evaluating(out_ / "run");
  options.dataset = *dir_ / "data.ds";
  const auto straight = Evaluate(options).evaluation.confusion.counts();
  dataset::testing::WriteFile(out_ / "swap.csv", "class_a,class_b\nclass_b,class_a\n");
  options.map = out_ / "swap.csv";
  options.existing = dataset::ExistingOutput::kOverwrite;
  const auto swapped = Evaluate(options).evaluation.confusion.counts();
  EXPECT_EQ(swapped[0], straight[1]);
  EXPECT_EQ(swapped[1], straight[0]);
  EXPECT_EQ(swapped[2], straight[2]);
  std::ifstream csv(out_ / "run/eval/test/predictions.csv");
  std::string line;
  while (std::getline(csv, line)) {
    const bool of_a = line.starts_with("class_a/");
    EXPECT_TRUE(!of_a || line.find(".jpg,class_b,") != line.npos) << line;
  }

  fs::copy(*dir_ / "data.ds", out_ / "cats.ds", fs::copy_options::recursive);
  std::string json = dataset::ReadFile(out_ / "cats.ds/dataset.json");
  json.replace(json.find("class_b"), 7, "tabby");
  dataset::testing::WriteFile(out_ / "cats.ds/dataset.json", json);
  options.dataset = out_ / "cats.ds";
  options.map.reset();
  EXPECT_NE(MessageOf(options).find("cats.ds: has classes that the run does not know: tabby; it has no pictures of "
                                    "class_b; a file of renames, `map`"),
            std::string::npos)
      << MessageOf(options);
  dataset::testing::WriteFile(out_ / "map.csv", "tabby,class_b\n");
  options.map = out_ / "map.csv";
  EXPECT_EQ(Evaluate(options).evaluation.confusion.counts(), straight);
}

TEST_F(TrainingRunTest, ResultsOfOtherWeightsAndRenamesAreReplacedOnlyOnDemand) {
  TrainingRunOptions training = Options(out_ / "run");
  training.finetune_epochs = 1;
  Train(training);
  training.output = out_ / "other";
  training.seed = 2;
  Train(training);
  EvaluationRunOptions options = Evaluating(out_ / "run"), other = Evaluating(out_ / "other");
  options.output = other.output = out_ / "results";
  Evaluate(options);
  Evaluate(options);
  const auto before = Contents(out_ / "results");
  const auto json = nlohmann::json::parse(before.at((out_ / "results/evaluation.json").string()));
  EXPECT_EQ(json["weights_sha256"], dataset::Sha256Hex(dataset::ReadFile(out_ / "run/weights.safetensors")));
  EXPECT_EQ(json["split"], "test");
  EXPECT_NE(MessageOf(other).find("results: holds the results of other weights; `overwrite` replaces them, `output`"),
            std::string::npos)
      << MessageOf(other);
  dataset::testing::WriteFile(out_ / "swap.csv", "class_a,class_b\nclass_b,class_a\nclass_c,class_c\n");
  options.map = out_ / "swap.csv";
  EXPECT_NE(MessageOf(options).find("results: holds the results of other renames of classes (`map`); `overwrite`"),
            std::string::npos)
      << MessageOf(options);
  options.map.reset();
  options.split = dataset::Split::kVal;
  EXPECT_NE(MessageOf(options).find("results: holds the results of split test; `overwrite`"), std::string::npos)
      << MessageOf(options);
  EXPECT_EQ(Contents(out_ / "results"), before);

  // In the run's own folder other weights are the run's of another day.
  EvaluationRunOptions own = Evaluating(out_ / "run");
  Evaluate(own);
  TrainingRunOptions more = Options(out_ / "run");
  more.finetune_epochs = 1;
  more.existing = dataset::ExistingOutput::kResume;
  more.extend = 3;
  Train(more);
  ASSERT_NE(dataset::Sha256Hex(dataset::ReadFile(out_ / "run/weights.safetensors")), json["weights_sha256"]);
  EXPECT_EQ(Evaluate(own).folder, out_ / "run/eval/test");
  own.map = out_ / "swap.csv";
  EXPECT_NE(MessageOf(own).find("eval/test: holds the results of other renames of classes"), std::string::npos)
      << MessageOf(own);
  own.existing = dataset::ExistingOutput::kOverwrite;
  Evaluate(own);
  const auto renamed = nlohmann::json::parse(dataset::ReadFile(out_ / "run/eval/test/evaluation.json"));
  EXPECT_EQ(renamed["renames"], nlohmann::json({{"class_a", "class_b"}, {"class_b", "class_a"}}));
}

TEST_F(TrainingRunTest, ResultsAreToldBeforeTheyAreWrittenAndTheFolderIsTriedFirst) {
  Train(Options(out_ / "run"));
  const EvaluationRunOptions options = Evaluating(out_ / "run");
  dataset::NoProgress progress;
  int told = 0;
  RunEvaluation(options, progress, [&](const EvaluationRunResult& result) {
    ++told;
    EXPECT_GT(result.evaluation.confusion.total(), 0u);
    EXPECT_TRUE(fs::is_directory(result.folder));
    EXPECT_FALSE(fs::exists(result.folder / "evaluation.json"));
  });
  EXPECT_EQ(told, 1);
  fs::remove_all(out_ / "run/eval");
  dataset::testing::WriteFile(out_ / "run/eval", "a file");
  EXPECT_THROW(RunEvaluation(options, progress, [&](const EvaluationRunResult&) { ++told; }), dataset::Error);
  EXPECT_EQ(told, 1);
}

TEST_F(TrainingRunTest, MetricsAfterTheCheckpointAreCutOnResume) {
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0;
  options.stop = [&] { return ++asked == 3; };
  Train(options);
  std::ofstream(out_ / "run/metrics.jsonl", std::ios::app) << "{\"event\": \"step\", \"los";
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  Train(options);
  EXPECT_EQ(Events(out_ / "run", "step").size(), 10u);
}

// Each kill leaves the views ahead of the checkpoint, behind it, or half written.
TEST_F(TrainingRunTest, TheViewsTellWhatMetricsTellAfterAResume) {
  TrainingRunOptions options = Options(out_ / "run");
  options.finetune_epochs = 4;
  int asked = 0;
  options.stop = [&] { return ++asked % 7 == 0; };
  options.existing = dataset::ExistingOutput::kResume;
  const RunDirectory run(options.output);
  const auto check = [&] {
    MetricsHistory history;
    history.Load(run.metrics(), fs::file_size(run.metrics()));
    fs::create_directories(out_ / "made");
    const RunDirectory made(out_ / "made");
    MetricsViews(made, history, dataset::Sync::kNo);
    for (const auto view : {&RunDirectory::metrics_table, &RunDirectory::curves, &RunDirectory::events}) {
      EXPECT_EQ(dataset::ReadFile((run.*view)()), dataset::ReadFile((made.*view)())) << (run.*view)();
    }
  };
  int stops = 0;
  while (Train(options).kind == RunResult::Kind::kStopped) {
    check();
    const std::string events = dataset::ReadFile(run.events()), table = dataset::ReadFile(run.metrics_table());
    dataset::testing::WriteFile(run.events(),
                                ++stops % 2 == 0 ? events + "later" : events.substr(0, events.size() / 2));
    dataset::testing::WriteFile(run.metrics_table(), table + "9,finetune,70,0,0.1\n");
    fs::remove(run.curves());
  }
  EXPECT_GE(stops, 2);
  check();
  fs::remove(run.events());
  fs::remove(run.metrics_table());
  EXPECT_EQ(Train(options).restored, (std::vector<std::string>{run.metrics_table().string(), run.events().string()}));
  check();
}

TEST_F(TrainingRunTest, AFindingIsToldOnceAlsoAfterAResume) {
  class Findings : public RunObserver {
   public:
    void OnFinding(const Finding& finding) override { found.push_back(finding); }
    std::vector<Finding> found;
  } findings;
  TrainingRunOptions options = Options(out_ / "run");
  options.finetune_learning_rate = 1e-9;  // learns nothing
  options.finetune_epochs = 6;
  options.steps_per_epoch = 40;
  options.batch_size = 4;
  int steps = 0;
  options.stop = [&] { return ++steps == 190; };
  ASSERT_EQ(RunTraining(options, findings).kind, RunResult::Kind::kStopped);
  ASSERT_FALSE(findings.found.empty());
  EXPECT_TRUE(findings.found[0].kind == FindingKind::kNoDrop || findings.found[0].kind == FindingKind::kStuckAtChance);
  EXPECT_GE(findings.found[0].epoch, 2u);
  EXPECT_NE(findings.found[0].text.find("`finetune_learning_rate`"), std::string::npos) << findings.found[0].text;
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  ASSERT_EQ(RunTraining(options, findings).kind, RunResult::Kind::kTrained);
  const std::vector<nlohmann::json> noted = Events(options.output, "warning");
  ASSERT_EQ(noted.size(), findings.found.size());
  std::set<std::string> names;
  for (size_t i = 0; i < noted.size(); ++i) {
    EXPECT_EQ(noted[i]["finding"], dataset::NameOf(findings.found[i].kind));
    EXPECT_EQ(noted[i]["epoch"], findings.found[i].epoch + 1);
    EXPECT_EQ(noted[i]["text"], findings.found[i].text);
    EXPECT_TRUE(names.insert(noted[i]["finding"]).second) << noted[i];
  }
}

TEST_F(TrainingRunTest, AForeignTableInARunIsRefusedBeforeAnythingChanges) {
  TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  dataset::testing::WriteFile(options.output / "metrics.csv", "epoch;mine\n");
  const auto before = Contents(options.output);
  options.existing = dataset::ExistingOutput::kOverwrite;
  EXPECT_NE(MessageOf(options).find("metrics.csv: is not as dtrain wrote it"), std::string::npos) << MessageOf(options);
  EXPECT_EQ(Contents(options.output), before);
}

TEST_F(TrainingRunTest, ACompleteRunIsLeftAsItIs) {
  TrainingRunOptions options = Options(out_ / "run");
  const RunResult first = Train(options);
  for (const dataset::ExistingOutput existing : {dataset::ExistingOutput::kRefuse, dataset::ExistingOutput::kResume}) {
    options.existing = existing;
    const RunResult again = Train(options);
    EXPECT_EQ(again.kind, RunResult::Kind::kAlreadyComplete);
    EXPECT_EQ(again.best_accuracy, first.best_accuracy);
  }
}

// Another machine may have less memory and fewer processors.
TEST_F(TrainingRunTest, AResumeMayHaveOtherMemoryAndThreads) {
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0;
  options.stop = [&] { return ++asked == 3; };
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
  options.stop = nullptr;
  options.memory = uint64_t{1} << 30;
  options.compute_threads = 2;
  options.loader_threads = 2;
  options.sync = dataset::Sync::kYes;
  options.existing = dataset::ExistingOutput::kResume;
  class Changes : public RunObserver {
   public:
    void OnStart(const RunSummary& summary) override { changed = summary.changed; }
    std::vector<std::string> changed;
  } observer;
  EXPECT_EQ(RunTraining(options, observer).kind, RunResult::Kind::kTrained);
  EXPECT_EQ(observer.changed, (std::vector<std::string>{"`compute_threads` was 1 and is 2",
                                                        "`memory` was 2147483648 and is 1073741824"}));
  EXPECT_EQ(Events(options.output, "step").size(), 10u);
  // A run that has ended is not what other options would have made of it.
  options.existing = dataset::ExistingOutput::kRefuse;
  options.memory = uint64_t{3} << 30;
  EXPECT_NE(MessageOf(options).find("`memory` was 1073741824 and is 3221225472"), std::string::npos);
}

// The first weights are part of the run's own ones by then.
TEST_F(TrainingRunTest, AResumeNeedsNeitherThePretrainedFileNorItsName) {
  Train(Options(out_ / "first"));
  const fs::path file = out_ / "first/weights.safetensors", renamed = out_ / "renamed.safetensors";
  const auto options_of = [&](const std::string& name) {
    TrainingRunOptions options = Options(out_ / name);
    options.weights = file;
    options.head_epochs = 1;
    options.finetune_epochs = 1;
    return options;
  };
  Train(options_of("whole"));
  for (const std::string name : {"renamed", "gone", "unnamed"}) {
    TrainingRunOptions options = options_of(name);
    int asked = 0;
    options.stop = [&] { return ++asked == 3; };
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
  }
  fs::rename(file, renamed);
  for (const std::string name : {"renamed", "gone", "unnamed"}) {
    TrainingRunOptions options = options_of(name);
    options.existing = dataset::ExistingOutput::kResume;
    if (name == "renamed") options.weights = renamed;
    if (name == "unnamed") options.weights.reset();
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained) << name;
    EXPECT_EQ(dataset::ReadFile(out_ / name / "weights.safetensors"),
              dataset::ReadFile(out_ / "whole/weights.safetensors"))
        << name;
    EXPECT_EQ(dataset::ReadFile(out_ / name / "model.json"), dataset::ReadFile(out_ / "whole/model.json")) << name;
  }
  // Other weights than those that the run began with are another run.
  TrainingRunOptions other = options_of("gone");
  other.existing = dataset::ExistingOutput::kResume;
  other.weights = out_ / "whole/weights.safetensors";
  EXPECT_NE(MessageOf(other).find("`weights` was weights.safetensors "), std::string::npos) << MessageOf(other);
  other.weights = out_ / "absent.pth";
  EXPECT_NE(MessageOf(other).find("absent.pth"), std::string::npos) << MessageOf(other);
}

TEST_F(TrainingRunTest, AFinishedRunGetsItsFilesBackFromTheCheckpoint) {
  TrainingRunOptions options = Options(out_ / "run");
  options.normalize = NormalizationKind::kZca;
  options.image_size = 8;
  Train(options);
  const std::string weights = dataset::ReadFile(out_ / "run/weights.safetensors"),
                    whitening = dataset::ReadFile(out_ / "run/whitening.safetensors");
  fs::remove(out_ / "run/weights.safetensors");
  fs::remove(out_ / "run/whitening.safetensors");
  options.existing = dataset::ExistingOutput::kResume;
  const RunResult restored = Train(options);
  EXPECT_EQ(restored.kind, RunResult::Kind::kAlreadyComplete);
  EXPECT_EQ(restored.restored.size(), 2u);
  EXPECT_EQ(dataset::ReadFile(out_ / "run/weights.safetensors"), weights);
  EXPECT_EQ(dataset::ReadFile(out_ / "run/whitening.safetensors"), whitening);
  EXPECT_TRUE(Train(options).restored.empty());

  fs::remove(out_ / "run/weights.safetensors");
  for (const auto& entry : fs::recursive_directory_iterator(out_ / "run/checkpoints")) {
    if (entry.path().filename() == "best.safetensors") fs::remove(entry.path());
  }
  EXPECT_NE(MessageOf(options).find("weights.safetensors: is gone, also from the checkpoint; `overwrite`"),
            std::string::npos)
      << MessageOf(options);
}

// One damaged picture of val ended a run for good.
TEST_F(TrainingRunTest, ABadValPictureIsLeftOutIfBadOnesMayBe) {
  fs::copy(*dir_ / "data.ds", out_ / "bad.ds", fs::copy_options::recursive);
  for (const auto& entry : fs::directory_iterator(out_ / "bad.ds")) {
    const std::string name = entry.path().filename().string();
    if (name.find("-val.tfrecord-00000") == name.npos || name.ends_with(".idx")) continue;
    std::string bytes = dataset::ReadFile(entry.path());
    bytes[500] ^= 1;
    dataset::testing::WriteFile(entry.path(), bytes);
  }
  TrainingRunOptions options = Options(out_ / "run");
  options.dataset = out_ / "bad.ds";
  const std::string failed = MessageOf(options);
  EXPECT_NE(failed.find("val.tfrecord-00000-of-00002: record 0 at byte 0"), std::string::npos) << failed;
  EXPECT_TRUE(failed.ends_with("; `on_bad` skip goes on without unreadable pictures")) << failed;

  options.existing = dataset::ExistingOutput::kResume;
  options.max_bad = {};
  const RunResult result = Train(options);
  EXPECT_EQ(result.kind, RunResult::Kind::kTrained);
  EXPECT_TRUE(result.replaced.empty());
  ASSERT_EQ(result.left_out.size(), 1u);
  EXPECT_NE(result.left_out[0].what.find("val.tfrecord-00000-of-00002: record 0"), std::string::npos);
  EXPECT_EQ(Events(options.output, "epoch").size(), 2u);

  EvaluationRunOptions evaluation;
  evaluation.run = options.output;
  evaluation.split = dataset::Split::kVal;
  evaluation.sync = dataset::Sync::kNo;
  dataset::NoProgress progress;
  EXPECT_THROW(RunEvaluation(evaluation, progress), dataset::Error);
  evaluation.max_bad = {};
  const auto scored = RunEvaluation(evaluation, progress);
  ASSERT_TRUE(scored);
  EXPECT_EQ(scored->left_out.size(), 1u);
  EXPECT_EQ(scored->evaluation.confusion.accuracy(), result.best_accuracy);
  const auto json = nlohmann::json::parse(dataset::ReadFile(options.output / "eval/val/evaluation.json"));
  EXPECT_EQ(json["left_out"], 1);
  EXPECT_EQ(json["samples"], scored->evaluation.predictions.size());
}

TEST_F(TrainingRunTest, AFinishedRunIsExtended) {
  TrainingRunOptions options = Options(out_ / "run");
  const RunResult first = Train(options);
  options.existing = dataset::ExistingOutput::kResume;
  options.extend = 3;
  int asked = 0;
  options.stop = [&] { return ++asked == 7; };
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
  options.stop = nullptr;
  EXPECT_NE(MessageOf(options).find("has epochs to go yet: leave out `extend`"), std::string::npos);
  options.extend.reset();
  const RunResult second = Train(options);
  EXPECT_EQ(second.kind, RunResult::Kind::kTrained);
  EXPECT_GE(second.best_accuracy, first.best_accuracy);
  const auto epochs = Events(options.output, "epoch");
  ASSERT_EQ(epochs.size(), 5u);
  for (size_t i = 0; i < epochs.size(); ++i) EXPECT_EQ(epochs[i]["epoch"], i + 1);
  EXPECT_EQ(Losses(options.output).size(), 25u);
  EXPECT_EQ(Events(options.output, "extend").size(), 1u);
  EXPECT_EQ(Events(options.output, "end").size(), 1u);  // that of the extension
  // The end of an extension resumes as exactly as any.
  TrainingRunOptions straight = Options(out_ / "straight");
  Train(straight);
  straight.existing = dataset::ExistingOutput::kResume;
  straight.extend = 3;
  Train(straight);
  EXPECT_EQ(Losses(straight.output), Losses(options.output));
  EXPECT_EQ(dataset::ReadFile(straight.output / "weights.safetensors"),
            dataset::ReadFile(options.output / "weights.safetensors"));
  // A second time, and then nothing is left to do.
  straight.extend = 1;
  Train(straight);
  EXPECT_EQ(Events(straight.output, "epoch").size(), 6u);
  straight.extend.reset();
  EXPECT_EQ(Train(straight).kind, RunResult::Kind::kAlreadyComplete);
  straight.existing = dataset::ExistingOutput::kRefuse;
  EXPECT_EQ(Train(straight).kind, RunResult::Kind::kAlreadyComplete);

  TrainingRunOptions none = Options(out_ / "none");
  none.extend = 1;
  EXPECT_NE(MessageOf(none).find("`extend` needs `resume`"), std::string::npos);
  none.existing = dataset::ExistingOutput::kResume;
  EXPECT_NE(MessageOf(none).find("holds no run that `extend` could add epochs to"), std::string::npos);
  EXPECT_FALSE(fs::exists(none.output));
}

// `sgd` had a momentum when there was no other, and weight decay was not noted.
TEST_F(TrainingRunTest, AnOlderSgdGoesOnAsMomentum) {
  TrainingRunOptions options = Options(out_ / "run"), straight = Options(out_ / "straight");
  options.optimizer = straight.optimizer = OptimizerKind::kMomentum;
  options.finetune_learning_rate = straight.finetune_learning_rate = 0.05;
  Train(straight);
  int asked = 0;
  options.stop = [&] { return ++asked == 7; };
  Train(options);
  const fs::path checkpoint = fs::directory_iterator(options.output / "checkpoints")->path();
  auto state = nlohmann::ordered_json::parse(dataset::ReadFile(checkpoint / "train_state.json"));
  for (const char* name : {"weight_decay", "clip_norm", "mix_until", "focal", "norms", "norm_momentum"}) {
    EXPECT_EQ(state["options"].erase(name), 1u) << name;
  }
  ASSERT_EQ(state["options"]["optimizer"], "momentum");
  state["options"]["optimizer"] = "sgd";
  dataset::testing::WriteFile(checkpoint / "train_state.json", state.dump());
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  options.optimizer = OptimizerKind::kSgd;
  Train(options);
  EXPECT_EQ(Losses(options.output), Losses(straight.output));
}

// It had no warm-up, whatever the option was, and knew neither the best by another metric nor an early stop.
TEST_F(TrainingRunTest, AnOlderConstantScheduleGoesOnWithoutAWarmUp) {
  TrainingRunOptions options = Options(out_ / "run"), straight = Options(out_ / "straight");
  options.finetune_schedule = straight.finetune_schedule = ScheduleKind::kConstant;
  Train(straight);
  int asked = 0;
  options.stop = [&] { return ++asked == 7; };
  Train(options);
  const fs::path checkpoint = fs::directory_iterator(options.output / "checkpoints")->path();
  auto state = nlohmann::ordered_json::parse(dataset::ReadFile(checkpoint / "train_state.json"));
  for (const char* name : {"best_by", "early_stop", "time_budget"}) state["options"].erase(name);
  for (const char* name : {"best_f1", "history", "phase_ends", "clock_seconds"}) state.erase(name);
  state["options"]["finetune_warmup"] = "0.15";
  dataset::testing::WriteFile(checkpoint / "train_state.json", state.dump());
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  options.warmup = 0.15;  // as its config.toml has it
  Train(options);
  EXPECT_EQ(Losses(options.output), Losses(straight.output));
  for (const auto& step : Events(options.output, "step")) EXPECT_EQ(step["learning_rate"], 3e-3);
}

TEST_F(TrainingRunTest, AnEarlyStopEndsARunThatCanBeExtended) {
  TrainingRunOptions options = Options(out_ / "run");
  options.finetune_epochs = 20;
  options.early_stop = 1;
  options.min_delta = 0.9;
  options.best_by = BestBy::kLoss;
  const RunResult result = Train(options);
  EXPECT_EQ(result.kind, RunResult::Kind::kTrained);
  EXPECT_EQ(result.stop, StopReason::kPatience);
  EXPECT_LT(result.epochs, 20u);
  EXPECT_EQ(result.best_by, BestBy::kLoss);
  const auto epochs = Events(options.output, "epoch");
  ASSERT_EQ(epochs.size(), result.epochs);
  EXPECT_EQ(epochs.back()["stop"], "patience");
  EXPECT_FALSE(epochs.front().contains("stop") && result.epochs > 1);
  EXPECT_EQ(epochs[result.best_epoch]["val_loss"], result.best_loss);
  EXPECT_TRUE(epochs[0].contains("val_f1") && epochs[0].contains("val_precision") && epochs[0].contains("val_recall"));
  EXPECT_EQ(Events(options.output, "end")[0]["stop"], "patience");
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete);
  EXPECT_EQ(Train(options).stop, StopReason::kPatience);
  options.existing = dataset::ExistingOutput::kResume;
  options.extend = 1;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  EXPECT_EQ(Events(options.output, "epoch").size(), result.epochs + 1u);
}

// An observer that ends the process' work at a step, as a kill would: nothing is saved after it.
class KilledAtStep : public RunObserver {
 public:
  explicit KilledAtStep(uint64_t step) : step_(step) {}
  void OnStep(const StepReport& report) override {
    if (report.step == step_) throw std::runtime_error("killed");
  }

 private:
  uint64_t step_;
};

TEST_F(TrainingRunTest, AnExtensionIsKnownAfterAKillInItsFirstEpoch) {
  TrainingRunOptions options = Options(out_ / "run"), straight = Options(out_ / "straight");
  for (TrainingRunOptions* of : {&options, &straight}) {
    Train(*of);
    of->existing = dataset::ExistingOutput::kResume;
    of->extend = 2;
  }
  KilledAtStep killed(12);
  EXPECT_THROW(RunTraining(options, killed), std::runtime_error);
  EXPECT_FALSE(RunDirectory(options.output).finished());
  options.extend.reset();
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  Train(straight);
  EXPECT_EQ(Losses(options.output), Losses(straight.output));
  EXPECT_EQ(Events(options.output, "epoch").size(), 4u);
  EXPECT_EQ(Events(options.output, "extend").size(), 1u);
  EXPECT_EQ(dataset::ReadFile(options.output / "weights.safetensors"),
            dataset::ReadFile(straight.output / "weights.safetensors"));
}

// A kill may come between the last checkpoint and the last line.
TEST_F(TrainingRunTest, ACompleteRunGetsItsEndEvent) {
  const TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  const fs::path file = options.output / "metrics.jsonl";
  const std::string whole = dataset::ReadFile(file);
  const std::string before = whole.substr(0, whole.rfind("{\"event\":\"end\""));
  ASSERT_LT(before.size(), whole.size());
  const std::string extended = before + "{\"event\":\"extend\",\"epochs\":2}\n";
  for (const std::string& killed : {before, before + "{\"event\":\"end\",", extended}) {
    dataset::testing::WriteFile(file, killed);
    EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete);
    EXPECT_EQ(dataset::ReadFile(file), whole) << killed.substr(before.size());
  }
}

TEST_F(TrainingRunTest, LostMetricsAreNotBegunAnew) {
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0;
  options.stop = [&] { return ++asked == 7; };
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
  fs::remove(options.output / "metrics.jsonl");
  options.existing = dataset::ExistingOutput::kResume;
  EXPECT_NE(MessageOf(options).find("metrics.jsonl: is gone; bring it back"), std::string::npos) << MessageOf(options);
  EXPECT_FALSE(fs::exists(options.output / "metrics.jsonl"));
}

// `cp` writes into the file that is there.
TEST_F(TrainingRunTest, WhatIsWrittenIntoTheWeightsDoesNotReachTheCheckpoint) {
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0;
  options.stop = [&] { return ++asked == 7; };
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped);
  const RunDirectory run(options.output);
  const std::string best = dataset::ReadFile(run.weights());
  const auto spoil = [&] { std::ofstream(run.weights(), std::ios::binary | std::ios::trunc) << "of another run"; };
  spoil();
  EXPECT_EQ(dataset::ReadFile(CheckpointBest(*run.LatestCheckpoint())), best);
  // Neither while it goes on: the best weights of before are those of the checkpoint.
  class Spoiler : public RunObserver {
   public:
    explicit Spoiler(std::function<void()> spoil) : spoil_(std::move(spoil)) {}
    void OnStep(const StepReport&) override { spoil_(); }

   private:
    std::function<void()> spoil_;
  } observer(spoil);
  asked = 6;
  options.existing = dataset::ExistingOutput::kResume;
  options.stop = [&] { return ++asked == 8; };
  ASSERT_EQ(RunTraining(options, observer).kind, RunResult::Kind::kStopped);
  EXPECT_EQ(dataset::ReadFile(CheckpointBest(*run.LatestCheckpoint())), best);
}

TEST_F(TrainingRunTest, WeightsOfAnotherRunOfTheDatasetAreToldOf) {
  TrainingRunOptions one = Options(out_ / "one"), other = Options(out_ / "other");
  other.seed = 1;
  Train(one);
  Train(other);
  EXPECT_FALSE(Evaluate(Evaluating(one.output)).other_weights);
  fs::copy_file(other.output / "weights.safetensors", one.output / "weights.safetensors",
                fs::copy_options::overwrite_existing);
  EXPECT_TRUE(Evaluate(Evaluating(one.output)).other_weights);
}

TEST_F(TrainingRunTest, ExchangedClassNamesAreRefused) {
  const TrainingRunOptions options = Options(out_ / "run");
  Train(options);
  auto json = nlohmann::ordered_json::parse(dataset::ReadFile(options.output / "model.json"));
  std::swap(json["classes"][0], json["classes"][1]);
  dataset::testing::WriteFile(options.output / "model.json", json.dump());
  EXPECT_NE(MessageOf(Evaluating(options.output)).find("model.json: has other classes than run.json beside it"),
            std::string::npos)
      << MessageOf(Evaluating(options.output));
}

// Runs of before the epochs were counted from 1 go on as they began.
TEST_F(TrainingRunTest, OlderMetricsKeepTheirNumbers) {
  TrainingRunOptions options = Options(out_ / "run");
  int asked = 0;
  options.stop = [&] { return ++asked == 7; };
  Train(options);
  EXPECT_EQ(Events(options.output, "step")[0]["epoch"], 1);
  std::string metrics = dataset::ReadFile(out_ / "run/metrics.jsonl");
  const std::string mark = R"("first_epoch":1)", older = R"("other_field":1)";
  ASSERT_EQ(mark.size(), older.size());
  metrics.replace(metrics.find(mark), mark.size(), older);
  dataset::testing::WriteFile(out_ / "run/metrics.jsonl", metrics);
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  Train(options);
  EXPECT_EQ(Events(options.output, "epoch")[1]["epoch"], 1);
}

TEST_F(TrainingRunTest, ARunBeginsWithAnotherRunsWeightsByClass) {
  MakeDataset("four", 4, "60,20,20");
  TrainingRunOptions base = Options(out_ / "base");
  base.dataset = *dir_ / "four.ds";
  base.head = "dense:8:relu";
  base.fit = dataset::SquareFit::kPad;
  base.normalize = NormalizationKind::kSample;
  base.finetune_epochs = 3;
  Train(base);
  TrainingRunOptions options = Options(out_ / "next");
  options.init_from = out_ / "base";
  options.image_size.reset();
  options.head_epochs = 1;
  options.finetune_epochs = 1;
  class Start : public RunObserver {
   public:
    void OnStart(const RunSummary& summary) override { start = *summary.start; }
    RunStart start;
  } observer;
  // Stopped before its first epoch has ended.
  int asked = 0;
  options.stop = [&] { return ++asked == 2; };
  ASSERT_EQ(RunTraining(options, observer).kind, RunResult::Kind::kStopped);
  EXPECT_EQ(observer.start.file, (out_ / "base").string());
  EXPECT_EQ(observer.start.known_classes, (std::vector<std::string>{"class_a", "class_b", "class_c"}));
  EXPECT_TRUE(observer.start.new_classes.empty());
  EXPECT_TRUE(observer.start.loaded.absent.empty());
  EXPECT_TRUE(observer.start.loaded.renewed.empty());
  EXPECT_FALSE(observer.start.unfinished);
  // The other run is needed no more.
  fs::rename(out_ / "base", out_ / "moved");
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained);
  fs::rename(out_ / "moved", out_ / "base");
  const auto then = nlohmann::json::parse(dataset::ReadFile(out_ / "base/model.json")),
             now = nlohmann::json::parse(dataset::ReadFile(out_ / "next/model.json"));
  for (const char* key : {"backbone", "variant", "head", "fit", "normalization", "image_size", "eval_resize"}) {
    EXPECT_EQ(then[key], now[key]) << key;
  }

  // More classes than the other run knows.
  TrainingRunOptions more = options;
  more.dataset = *dir_ / "four.ds";
  more.output = out_ / "more";
  more.init_from = out_ / "next";
  more.existing = dataset::ExistingOutput::kRefuse;
  ASSERT_EQ(RunTraining(more, observer).kind, RunResult::Kind::kTrained);
  EXPECT_EQ(observer.start.known_classes.size(), 3u);
  EXPECT_EQ(observer.start.new_classes, std::vector<std::string>{"class_d"});

  TrainingRunOptions both = more;
  both.weights = out_ / "base/weights.safetensors";
  EXPECT_NE(MessageOf(both).find("`init_from` brings network and weights"), std::string::npos);
  TrainingRunOptions absent = more;
  absent.output = out_ / "x";
  absent.init_from = out_ / "nothing";
  EXPECT_NE(MessageOf(absent).find("nothing"), std::string::npos);
  EXPECT_FALSE(fs::exists(out_ / "x"));

  TrainingRunOptions begun = Options(out_ / "begun");
  asked = 0;
  begun.stop = [&] { return ++asked == 7; };
  ASSERT_EQ(Train(begun).kind, RunResult::Kind::kStopped);
  more.output = out_ / "of-begun";
  more.init_from = begun.output;
  RunTraining(more, observer);
  EXPECT_TRUE(observer.start.unfinished);
}

TEST_F(TrainingRunTest, TheOptimizerOfAnotherRunGoesOnIfAsked) {
  Train(Options(out_ / "base"));
  const auto train = [&](const std::string& name, InitOptimizer optimizer) {
    TrainingRunOptions options = Options(out_ / name);
    options.image_size.reset();
    options.init_from = out_ / "base";
    options.init_optimizer = optimizer;
    options.head_epochs = 0;
    options.finetune_epochs = 1;
    options.finetune_schedule = ScheduleKind::kConstant;
    Train(options);
    return Losses(options.output);
  };
  const std::vector<double> fresh = train("fresh", InitOptimizer::kDrop), kept = train("kept", InitOptimizer::kKeep);
  EXPECT_EQ(fresh[0], kept[0]);
  EXPECT_NE(fresh[1], kept[1]);
  TrainingRunOptions wrong = Options(out_ / "x");
  wrong.init_from = out_ / "base";
  wrong.init_optimizer = InitOptimizer::kKeep;
  EXPECT_NE(MessageOf(wrong).find("`init_optimizer` keep needs the optimizer, the layers and the phase of that run"),
            std::string::npos)
      << MessageOf(wrong);
  MakeDataset("two", 2, "60,20,20");
  wrong.dataset = *dir_ / "two.ds";
  EXPECT_NE(MessageOf(wrong).find("keep needs a dataset of the run's own classes"), std::string::npos);
  wrong.init_from.reset();
  EXPECT_NE(MessageOf(wrong).find("`init_optimizer` needs `init_from`"), std::string::npos);
}

TEST_F(TrainingRunTest, OtherOptionsAreRefusedByName) {
  Train(Options(out_ / "run"));
  using Change = void (*)(TrainingRunOptions&);
  const std::vector<std::pair<Change, std::string>> cases = {
      {[](TrainingRunOptions& o) { o.batch_size = 5; }, "`batch_size` was 10 and is 5; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.seed = 9; }, "`seed` was 0 and is 9; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.augmentation.rotation = 5; },
       "`rotation` was 0 and is 5; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.mix.mixup = 1; }, "`mixup` was 0 and is 1; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.mix_until = 0.5; }, "`mix_until` was 1.0 and is 0.5; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.focal = 2; }, "`focal` was 0.0 and is 2.0; `overwrite` starts again"},
      {[](TrainingRunOptions& o) {
         o.loss_weights = {{"class_a", 2}};
       },
       "`loss_weights` was not set and is [2.0,1.0,1.0]; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.norms = Norms::kAdapt; },
       "`norms` was frozen and is adapt; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.augmentation.trivial_augment = 1; },
       "`trivial_augment` was not set and is 1; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.fit = dataset::SquareFit::kPad; },
       "`fit` was crop and is pad; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.normalize = NormalizationKind::kSample; },
       "`normalize` was fixed and is sample; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.finetune_epochs = 3; },
       "`finetune_epochs` was 2 and is 3; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.cache = dataset::Cache::kDecoded; },
       "`cache` was encoded and is decoded; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.sampler = dataset::Order::kBalanced; },
       "`sampler` was shuffled and is balanced; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.segment_epochs = 2; },
       "`segment_epochs` was 1 and is 2; `overwrite` starts again"},
      {[](TrainingRunOptions& o) { o.steps_per_epoch = 7; },
       "`steps_per_epoch` was 0 and is 7; `overwrite` starts again"},
  };
  for (const auto& [change, expected] : cases) {
    TrainingRunOptions options = Options(out_ / "run");
    options.existing = dataset::ExistingOutput::kResume;
    change(options);
    const std::string message = MessageOf(options);
    EXPECT_NE(message.find(expected), std::string::npos) << message;
  }
  TrainingRunOptions options = Options(out_ / "run");
  options.seed = 9;
  options.existing = dataset::ExistingOutput::kOverwrite;
  EXPECT_EQ(Train(options).kind, RunResult::Kind::kTrained);
}

TEST_F(TrainingRunTest, TwoPhasesFromWeights) {
  TrainingRunOptions options = Options(out_ / "a");
  Train(options);
  TrainingRunOptions second = Options(out_ / "b");
  second.weights = out_ / "a/weights.safetensors";
  second.head_solver = HeadSolver::kGradient;
  second.head_epochs = 2;
  Train(second);
  const auto epochs = Events(out_ / "b", "epoch");
  ASSERT_EQ(epochs.size(), 4u);
  EXPECT_EQ(epochs[1]["phase"], "head");
  EXPECT_EQ(epochs[2]["phase"], "finetune");
  const auto steps = Events(out_ / "b", "step");
  EXPECT_EQ(steps[0]["learning_rate"], 1e-3);
  // The finetune phase has a one-cycle of 10 steps, whose peak is at the first or second step.
  EXPECT_EQ(steps.size(), 20u);
  EXPECT_GT(steps[11]["learning_rate"], steps[19]["learning_rate"]);
  // Mean and std may come from another file than the weights. A resume with other ones is refused.
  EXPECT_EQ(Events(out_ / "b", "start")[0]["options"]["mean"], "[127.5]");
}

TEST_F(TrainingRunTest, AWeightsFileIsOpenedOnce) {
  Train(Options(out_ / "a"));
  TrainingRunOptions options = Options(out_ / "b");
  options.weights = out_ / "a/weights.safetensors";
  options.head_epochs = 1;
  {
    testing::OpenCounter counter(*options.weights);
    Train(options);
    EXPECT_EQ(counter.Finish(), 1);
  }
  // A run that is complete needs its hash alone, one that goes on has weights of its own.
  {
    testing::OpenCounter counter(*options.weights);
    EXPECT_EQ(Train(options).kind, RunResult::Kind::kAlreadyComplete);
    EXPECT_EQ(counter.Finish(), 1);
  }
  testing::OpenCounter counter(out_ / "b/weights.safetensors");
  EvaluationRunOptions evaluation;
  evaluation.run = out_ / "b";
  evaluation.sync = dataset::Sync::kNo;
  dataset::NoProgress progress;
  ASSERT_TRUE(RunEvaluation(evaluation, progress));
  EXPECT_EQ(counter.Finish(), 1);
}

// The small_cnn of 16 pixels as Keras saves it.
void WriteKerasWeights(const fs::path& path) {
  const Architecture architecture = testing::DefaultModel("small_cnn", 3, 16, 0);
  const testing::FormulaFile weights(BuildModel(architecture), architecture.image_size, Spelling::kKeras, 1);
  std::map<std::string, std::vector<std::string>> names;  // of a layer's weights
  for (const TensorView& tensor : weights.tensors()) {
    names[tensor.name.substr(0, tensor.name.find('/'))].push_back(tensor.name + ":0");
  }
  testing::H5Writer writer(path);
  std::vector<std::string> layers;
  std::map<std::string, hid_t> groups;
  for (const auto& [layer, its_names] : names) {
    layers.push_back(layer);
    groups[layer] = writer.Layer(writer.file(), layer, its_names);
  }
  writer.Names(writer.file(), "layer_names", layers);
  for (const TensorView& tensor : weights.tensors()) {
    writer.Dataset(groups[tensor.name.substr(0, tensor.name.find('/'))], tensor.name + ":0", H5T_IEEE_F32LE,
                   {tensor.shape.begin(), tensor.shape.end()}, tensor.bytes.data());
  }
}

TEST_F(TrainingRunTest, AKerasFileIsOpenedOnce) {
  WriteKerasWeights(out_ / "w.h5");
  TrainingRunOptions options = Options(out_ / "run");
  options.weights = out_ / "w.h5";
  options.finetune_epochs = 1;
  testing::OpenCounter counter(*options.weights);
  Train(options);
  EXPECT_EQ(counter.Finish(), 1);
  const std::string weights = Events(out_ / "run", "start")[0]["options"]["weights"];
  EXPECT_EQ(weights, "w.h5 " + dataset::Sha256Hex(dataset::ReadFile(out_ / "w.h5")));
}

TEST_F(TrainingRunTest, OptionsOutOfRangeAreUsageErrors) {
  using Change = void (*)(TrainingRunOptions&);
  for (const Change change : std::initializer_list<Change>{
           [](TrainingRunOptions& o) { o.batch_size = 0; }, [](TrainingRunOptions& o) { o.finetune_epochs = 0; },
           [](TrainingRunOptions& o) { o.finetune_learning_rate = 0; }, [](TrainingRunOptions& o) { o.warmup = 1; },
           [](TrainingRunOptions& o) { o.dropout = 1; }, [](TrainingRunOptions& o) { o.label_smoothing = -1; },
           [](TrainingRunOptions& o) { o.backbone = "nothing"; }, [](TrainingRunOptions& o) { o.image_size = 2; },
           [](TrainingRunOptions& o) { o.image_size = 0; }, [](TrainingRunOptions& o) { o.eval_resize = 3; },
           [](TrainingRunOptions& o) { o.augmentation.contrast = -1; },
           [](TrainingRunOptions& o) { o.augmentation.crop_scale_min = 2; },
           [](TrainingRunOptions& o) { o.sampler = dataset::Order::kSequential; },
           [](TrainingRunOptions& o) { o.mix.cutmix = 2; }, [](TrainingRunOptions& o) { o.compute_threads = -1; }}) {
    TrainingRunOptions options = Options(out_ / "run");
    change(options);
    try {
      Train(options);
      ADD_FAILURE() << "accepted";
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage()) << error.what();
    }
    EXPECT_FALSE(fs::exists(out_ / "run"));
  }
}

TEST_F(TrainingRunTest, AGpuThatIsNotThereIsRefused) {
  if (torch::cuda::is_available()) GTEST_SKIP() << "there is one";
  TrainingRunOptions options = Options(out_ / "run");
  options.device = DeviceKind::kCuda;
  EXPECT_NE(MessageOf(options).find("sees no GPU"), std::string::npos);
}

}  // namespace
}  // namespace train
