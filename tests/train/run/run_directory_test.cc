#include "train/run/run_directory.h"

#include <gtest/gtest.h>

#include <cmath>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "train/loop/evaluation.h"
#include "train/metrics/metrics_table.h"
#include "train/metrics/training_curves.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;

TrainState StateAt(uint64_t step) {
  TrainState state;
  state.step = step;
  state.phase = PhaseKind::kHead;
  state.best_accuracy = 0.1 + 1e-17;
  state.options = {{"seed", "7"}, {"backbone", "small_cnn"}};
  state.dataset = "../flowers.ds";
  state.dataset_content = "12ab";
  return state;
}

TEST(TrainStateTest, RoundTripsExactly) {
  TrainState state = StateAt(uint64_t{1} << 40);
  state.loss_sum = 1.0 / 3;
  state.wait_seconds = 0.1;
  state.learning_rate = 1e-5;
  state.complete = true;
  const TrainState back = ParseTrainState(FormatTrainState(state), "f");
  EXPECT_EQ(FormatTrainState(back), FormatTrainState(state));
  EXPECT_EQ(back.loss_sum, state.loss_sum);
  EXPECT_EQ(back.wait_seconds, state.wait_seconds);
  EXPECT_EQ(back.learning_rate, state.learning_rate);
  EXPECT_EQ(back.options, state.options);
  EXPECT_EQ(back.dataset, "../flowers.ds");
  EXPECT_EQ(back.dataset_content, "12ab");
}

TEST(TrainStateTest, WhatStepsToComeGoByRoundTrips) {
  TrainState state = StateAt(7);
  state.epoch = 3;
  state.history = {{0.1, 1.0 / 3, 0.2}, {0.3, 0.5, 1e-300}};
  state.phase_ends = {2, 3};
  state.time_plan = TimePlan{.begin = 5, .end = uint64_t{1} << 40, .position = 1.0 / 3, .val_seconds = -1};
  state.best_f1 = 0.7;
  state.clock_seconds = 1.0 / 7;
  state.stop = StopReason::kPatience;
  state.micro_batch = 12;
  state.loss_scale = 32768;
  state.loss_scale_steps = 1999;
  const TrainState back = ParseTrainState(FormatTrainState(state), "f");
  EXPECT_EQ(FormatTrainState(back), FormatTrainState(state));
  ASSERT_EQ(back.history.size(), 2u);
  EXPECT_EQ(back.history[1].f1, 1e-300);
  EXPECT_EQ(back.phase_ends, state.phase_ends);
  ASSERT_TRUE(back.time_plan);
  EXPECT_EQ(back.time_plan->end, uint64_t{1} << 40);
  EXPECT_EQ(back.time_plan->position, 1.0 / 3);
  EXPECT_EQ(back.stop, StopReason::kPatience);
  EXPECT_EQ(back.clock_seconds, 1.0 / 7);
  EXPECT_EQ(back.micro_batch, 12u);
  EXPECT_EQ(back.loss_scale, 32768);
  EXPECT_EQ(back.loss_scale_steps, 1999u);
  EXPECT_EQ(back.divergences, DivergenceState());
  EXPECT_EQ(FormatTrainState(state).find("divergences"), std::string::npos);
  state.divergences = {.rate_factor = 0.125, .halvings = 3, .skipped = 4, .in_a_row = 2};
  EXPECT_EQ(ParseTrainState(FormatTrainState(state), "f").divergences, state.divergences);
}

TEST(TrainStateTest, AnOlderNameOfAnOptionIsRead) {
  TrainState state = StateAt(1);
  state.options["framing"] = "pad";
  const TrainState back = ParseTrainState(FormatTrainState(state), "f");
  EXPECT_EQ(back.options.at("fit"), "pad");
  EXPECT_FALSE(back.options.contains("framing"));
}

TEST(TrainStateTest, DamageIsRefusedByName) {
  const std::string good = R"({"format_version": 1, "phase": "head")";
  ParseTrainState(good + "}", "here.json");
  for (const std::string& json : {std::string(),
                                  std::string("{"),
                                  std::string("[]"),
                                  std::string(R"({"format_version": 2, "phase": "head"})"),
                                  std::string(R"({"format_version": 1})"),
                                  std::string(R"({"format_version": 1, "phase": "warmup"})"),
                                  good + R"(, "stepp": 3})",
                                  good + R"(, "step": -1})",
                                  good + R"(, "best_accuracy": "NaN"})",
                                  good + R"(, "loss_sum": "Infinity"})",
                                  good + R"(, "epoch": 1, "history": [{}, {}]})",
                                  good + R"(, "epoch": 1, "history": [{"loss": "NaN"}]})",
                                  good + R"(, "epoch": 3, "phase_ends": [2, 1]})",
                                  good + R"(, "epoch": 1, "phase_ends": [2]})",
                                  good + R"(, "time_plan": {"begin": 3, "end": 3}})",
                                  good + R"(, "time_plan": {"end": 3, "position": -1}})",
                                  good + R"(, "time_plan": {"end": 3, "position": "NaN"}})",
                                  good + R"(, "stop": "boredom"})",
                                  good + R"(, "best_f1": "NaN"})",
                                  good + R"(, "micro_batch": -1})",
                                  good + R"(, "loss_scale": "Infinity"})",
                                  good + R"(, "loss_scale": -2})",
                                  good + R"(, "divergences": {}})",
                                  good + R"(, "divergences": {"rate_factor": 2}})",
                                  good + R"(, "divergences": {"rate_factor": "NaN"}})",
                                  good + R"(, "clock_seconds": "NaN"})"}) {
    try {
      ParseTrainState(json, "here.json");
      ADD_FAILURE() << json;
    } catch (const dataset::Error& error) {
      EXPECT_NE(std::string(error.what()).find("here.json"), std::string::npos) << error.what();
    }
  }
}

ModelInfo GoodModel() {
  ModelInfo info;
  info.backbone = "small_cnn";
  info.classes = {"a", "b"};
  info.image_size = 28;
  info.eval_resize = 28;
  info.fit = dataset::SquareFit::kPad;
  info.fill = {1, 2, 255};
  info.normalization = NormalizationKind::kSample;
  info.channels = 1;
  info.mean = {127.5f};
  info.stddev = {127.5f};
  info.depth = {0, 4096};
  info.dataset = "../x.ds";
  info.dataset_content = "12ab";
  return info;
}

TEST(ModelInfoTest, RoundTrips) {
  const std::string json = FormatModelInfo(GoodModel());
  EXPECT_EQ(FormatModelInfo(ParseModelInfo(json, "f")), json);
  EXPECT_EQ(ParseModelInfo(json, "f").depth, GoodModel().depth);
  EXPECT_EQ(ParseModelInfo(json, "f").dataset_content, "12ab");
  EXPECT_EQ(json.find("val_fraction"), std::string::npos);
  ModelInfo info = GoodModel();
  info.val_fraction = 0.1;
  EXPECT_EQ(ParseModelInfo(FormatModelInfo(info), "f").val_fraction, 0.1);
}

TEST(ModelInfoTest, ViewIsThatOfTheModel) {
  const dataset::AugmentationOptions view = ViewOf(GoodModel());
  EXPECT_EQ(view.image_size, 28);
  EXPECT_EQ(view.eval_resize, 28);
  EXPECT_EQ(view.channels, 1);
  EXPECT_EQ(view.fit, dataset::SquareFit::kPad);
  EXPECT_EQ(view.fill, (std::array<uint8_t, 3>{1, 2, 255}));
  EXPECT_FALSE(view.random_resized_crop);
}

TEST(ModelInfoTest, WrongGeometryInTheFileIsRefused) {
  const std::string json = FormatModelInfo(GoodModel());
  for (const auto& [from, to] : {std::pair("\"pad\"", "\"pod\""), std::pair("255", "256"), std::pair("1,", ""),
                                 std::pair("\"fit\"", "\"fot\""), std::pair("sample", "simple")}) {
    std::string damaged = json;
    ASSERT_NE(damaged.find(from), std::string::npos) << json;
    damaged.replace(damaged.find(from), std::string(from).size(), to);
    EXPECT_THROW(ParseModelInfo(damaged, "f"), dataset::Error) << damaged;
  }
}

TEST(ModelInfoTest, ImpossibleValuesAreRefused) {
  using Change = void (*)(ModelInfo&);
  for (const Change change : std::initializer_list<Change>{
           [](ModelInfo& m) { m.classes = {"a"}; }, [](ModelInfo& m) { m.channels = 2; },
           [](ModelInfo& m) { m.image_size = 0; }, [](ModelInfo& m) { m.image_size = 1 << 20; },
           [](ModelInfo& m) { m.eval_resize = 27; }, [](ModelInfo& m) { m.mean = {}; },
           [](ModelInfo& m) { m.stddev = {0}; }, [](ModelInfo& m) { m.depth = {1}; },
           [](ModelInfo& m) {
             m.depth = {1, 1};
           },
           [](ModelInfo& m) { m.mean = {std::nanf("")}; }, [](ModelInfo& m) { m.stddev = {HUGE_VALF}; },
           [](ModelInfo& m) { m.stddev = {std::nanf("")}; }, [](ModelInfo& m) { m.dropout = 1; },
           [](ModelInfo& m) { m.val_fraction = 0; }, [](ModelInfo& m) { m.val_fraction = 1; },
           [](ModelInfo& m) { m.val_fraction = std::nan(""); }}) {
    ModelInfo info = GoodModel();
    change(info);
    EXPECT_THROW(ParseModelInfo(FormatModelInfo(info), "f"), dataset::Error);
  }
}

TEST(RunDirectoryTest, TheHighestCompleteCheckpointCounts) {
  const TempDir dir;
  const RunDirectory run(dir.path());
  EXPECT_FALSE(run.LatestCheckpoint());
  for (const uint64_t step : {3u, 20u, 100u}) {
    WriteFile(dir / ("checkpoints/step-0000" + std::to_string(step) + "/train_state.json"),
              FormatTrainState(StateAt(step)));
  }
  fs::create_directories(dir / "checkpoints/step-00000200");
  fs::create_directories(dir / "checkpoints/.step-00000300.incomplete");
  WriteFile(dir / "checkpoints/step-x/train_state.json", "{}");
  EXPECT_EQ(RunDirectory::LoadState(*run.LatestCheckpoint()).step, 100u);
}

// The folder is as a kill between the two renames of CheckpointWriter::Publish would leave it.
TEST(RunDirectoryTest, ACheckpointThatWasBeingReplacedCounts) {
  const TempDir dir;
  const RunDirectory run(dir.path());
  fs::create_directories(dir / "checkpoints/.step-00000020.incomplete");
  WriteFile(dir / "checkpoints/step-00000020.replaced/train_state.json", FormatTrainState(StateAt(20)));
  WriteFile(dir / "checkpoints/step-00000090.other/train_state.json", FormatTrainState(StateAt(90)));
  EXPECT_EQ(*run.LatestCheckpoint(), dir / "checkpoints/step-00000020.replaced");
  WriteFile(dir / "checkpoints/step-00000020/train_state.json", FormatTrainState(StateAt(20)));
  EXPECT_EQ(*run.LatestCheckpoint(), dir / "checkpoints/step-00000020");
}

TEST(CheckpointWriterTest, PublishingLeavesOnlyTheLatest) {
  const TempDir dir;
  const RunDirectory run(dir.path());
  fs::create_directories(dir / "checkpoints/.step-00000001.incomplete");
  for (const uint64_t step : {7u, 7u, 9u}) {
    CheckpointWriter writer(run, step);
    WriteFile(writer.path() / "weights.safetensors", "w" + std::to_string(step));
    writer.Publish(StateAt(step), dataset::Sync::kNo);
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(dir / "checkpoints")) names.push_back(entry.path().filename());
  EXPECT_EQ(names, std::vector<std::string>{"step-00000009"});
  EXPECT_EQ(RunDirectory::LoadState(*run.LatestCheckpoint()).step, 9u);
}

TEST(CheckpointWriterTest, UnpublishedIsNoCheckpoint) {
  const TempDir dir;
  const RunDirectory run(dir.path());
  CheckpointWriter writer(run, 7);
  WriteFile(writer.path() / "weights.safetensors", "w");
  EXPECT_FALSE(run.LatestCheckpoint());
}

// All that a training and its evaluations leave, with what a kill left half written.
void WriteRun(const TempDir& dir) {
  WriteFile(dir / "run.json", FormatModelInfo(GoodModel()));
  for (const char* name :
       {"model.json", "config.toml", ".config.toml.incomplete", "weights.safetensors", "events.out.tfevents.dtrain",
        ".curves.svg.incomplete", ".metrics.csv.incomplete", ".weights.safetensors.incomplete", "whitening.safetensors",
        "metrics.jsonl", "checkpoints/step-00000007/train_state.json", "checkpoints/step-00000007/best.safetensors",
        "checkpoints/step-00000007.replaced/weights.safetensors",
        "checkpoints/.step-00000008.incomplete/optimizer.safetensors",
        "checkpoints/.step-00000008.incomplete/.train_state.json.incomplete", "eval/test/evaluation.json",
        "eval/others-val/predictions.csv", "eval/others-val/.lock"}) {
    WriteFile(dir / name, "x");
  }
  WriteFile(dir / "metrics.csv", std::string(kMetricsTableBegin) + "accuracy\n");
  WriteFile(dir / "curves.svg", std::string(kCurvesBegin) + "/>");
  WriteFile(dir / "eval/test/evaluation.json", std::string(kEvaluationBegin) + "0.5");
  WriteFile(dir / "eval/others-val/predictions.csv", std::string(kPredictionColumns) + ",cat\n");
}

TEST(RunDirectoryTest, ClearRemovesWhatATrainingLeaves) {
  const TempDir dir;
  WriteRun(dir);
  RunDirectory(dir.path()).Clear();
  EXPECT_TRUE(fs::is_empty(dir.path()));
}

TEST(RunDirectoryTest, ClearLeavesOthersFilesAlone) {
  const TempDir dir;
  WriteRun(dir);
  const std::vector<const char*> others = {"notes.txt",
                                           "metrics.csv",
                                           "curves.svg",
                                           "events.out.tfevents.1700000000.mine",
                                           "model.json.bak",
                                           "checkpoints/best.pth",
                                           "checkpoints/step-x/weights.safetensors",
                                           "checkpoints/step-00000009",
                                           "checkpoints/step-00000007/notes.txt",
                                           "eval/results.csv",
                                           "eval/test/plot.png",
                                           "eval/mine/table.csv",
                                           "eval/mine/predictions.csv",
                                           "eval/mine/evaluation.json",
                                           "eval/deeper/test/evaluation.json"};
  for (const char* name : others) WriteFile(dir / name, "years of work");
  RunDirectory(dir.path()).Clear();
  size_t files = 0;
  for (const auto& item : fs::recursive_directory_iterator(dir.path())) files += item.is_regular_file();
  EXPECT_EQ(files, others.size());
  for (const char* name : others) EXPECT_TRUE(fs::exists(dir / name)) << name;
}

TEST(RunDirectoryTest, ClearFollowsNoLinkAmongTheEvaluations) {
  const TempDir dir;
  WriteFile(dir / "elsewhere/predictions.csv", std::string(kPredictionColumns) + "\n");
  fs::create_directories(dir / "run/eval");
  fs::create_directory_symlink(dir / "elsewhere", dir / "run/eval/test");
  RunDirectory(dir / "run").Clear();
  EXPECT_TRUE(fs::exists(dir / "elsewhere/predictions.csv"));
}

TEST(RunDirectoryTest, ClearFollowsALinkToCheckpointsAndKeepsIt) {
  const TempDir dir;
  WriteFile(dir / "disk/step-00000007/train_state.json", "x");
  fs::create_directories(dir / "run");
  fs::create_directory_symlink(dir / "disk", dir / "run/checkpoints");
  RunDirectory(dir / "run").Clear();
  EXPECT_TRUE(fs::is_symlink(dir / "run/checkpoints"));
  EXPECT_TRUE(fs::is_empty(dir / "disk"));
}

TEST(CheckpointWriterTest, FilesOfOthersAmongTheCheckpointsStay) {
  const TempDir dir;
  const RunDirectory run(dir.path());
  const std::vector<const char*> others = {"checkpoints/best.pth", "checkpoints/epoch-3/model.pt",
                                           "checkpoints/step-00000007.replaced.bak/x",
                                           "checkpoints/.step-x.incomplete/x", "checkpoints/step-00000001/mine"};
  for (const char* name : others) WriteFile(dir / name, "x");
  for (const uint64_t step : {7u, 9u}) CheckpointWriter(run, step).Publish(StateAt(step), dataset::Sync::kNo);
  for (const char* name : others) EXPECT_TRUE(fs::exists(dir / name)) << name;
  EXPECT_FALSE(fs::exists(dir / "checkpoints/step-00000007"));
  EXPECT_EQ(RunDirectory::LoadState(*run.LatestCheckpoint()).step, 9u);
}

TEST(RunDirectoryTest, KnowsARunByItsMarker) {
  const std::string model = FormatModelInfo(GoodModel());
  struct Case {
    const char* file;
    std::string content;
    bool run;
  };
  for (const Case& one : std::vector<Case>{
           {"run.json", model, true},
           {"metrics.jsonl", R"({"event":"start","options":{"augment":"none"}})", true},  // before there was run.json
           {"run.json", "", false},
           {"run.json", "{}", false},
           {"run.json", R"({"format_version": 1, "name": "mine"})", false},
           {"metrics.jsonl", R"({"loss": 0.1})", false},
           {"metrics.jsonl", "", false},
           {"model.json", model, false},
           {"config.toml", "seed = 1\n", false},
           {"checkpoints/step-00000007/train_state.json", FormatTrainState(StateAt(7)), false},
           {"eval/test/evaluation.json", "{}", false},
           {"notes.txt", "x", false}}) {
    const TempDir dir;
    const RunDirectory run(dir.path());
    WriteFile(dir / one.file, one.content);
    EXPECT_EQ(run.IsRun(), one.run) << one.file << one.content;
    EXPECT_FALSE(run.empty());
    if (one.run) {
      EXPECT_NO_THROW(run.RefuseOthers());
      continue;
    }
    try {
      run.RefuseOthers();
      ADD_FAILURE() << one.file << one.content;
    } catch (const dataset::Error& error) {
      EXPECT_NE(std::string(error.what()).find("is not empty and holds no run of dtrain"), std::string::npos);
    }
  }
}

// Runs of before there were these files may have others of their names.
TEST(RunDirectoryTest, AFileInTheWayOfAViewIsRefused) {
  const TempDir dir;
  WriteRun(dir);
  const RunDirectory run(dir.path());
  EXPECT_NO_THROW(run.RefuseOthers());
  for (const char* name : {"metrics.csv", "curves.svg"}) {
    const std::string own = dataset::ReadFile(dir / name);
    WriteFile(dir / name, "years of work");
    try {
      run.RefuseOthers();
      ADD_FAILURE() << name;
    } catch (const dataset::Error& error) {
      EXPECT_NE(std::string(error.what()).find(std::string(name) + ": is not as dtrain wrote it"), std::string::npos)
          << error.what();
    }
    WriteFile(dir / name, own);
  }
}

TEST(RunDirectoryTest, AnAbsentAndAnEmptyFolderMayBecomeARun) {
  const TempDir dir;
  for (const fs::path& path : {dir.path(), dir / "absent/run"}) {
    const RunDirectory run(path);
    EXPECT_TRUE(run.empty());
    EXPECT_FALSE(run.IsRun());
    EXPECT_NO_THROW(run.RefuseOthers());
  }
  {
    const RunDirectory run(dir / "a/run");
    const dataset::FileLock lock = run.Begin();
    EXPECT_TRUE(run.empty());
    EXPECT_THROW(run.Begin(), dataset::Error);
    EXPECT_THROW(run.Lock(), dataset::Error);
  }
  EXPECT_TRUE(fs::is_empty(dir / "a/run"));
  WriteFile(dir / "a/run/model.json", "x");
  EXPECT_THROW(RunDirectory(dir / "a/run").Begin(), dataset::Error);
  EXPECT_THROW(RunDirectory(dir / "a/run/model.json").RefuseOthers(), dataset::Error);
}

TEST(RunDirectoryTest, AnUnfinishedRunHasTheModelOfItsMarker) {
  const TempDir dir;
  const RunDirectory run(dir.path());
  WriteFile(run.marker(), FormatModelInfo(GoodModel()));
  EXPECT_EQ(run.LoadModelInfo().dataset, "../x.ds");
  EXPECT_FALSE(run.finished());
  EXPECT_EQ(run.DatasetFolder().filename(), "x.ds");
  ModelInfo model = GoodModel();
  model.dataset = "../y.ds";
  WriteFile(run.model(), FormatModelInfo(model));
  EXPECT_EQ(run.LoadModelInfo().dataset, "../y.ds");
  EXPECT_TRUE(run.finished());
  // More epochs than it had are under way.
  CheckpointWriter(run, 3).Publish(StateAt(3), dataset::Sync::kNo);
  EXPECT_FALSE(run.finished());
  TrainState state = StateAt(4);
  state.complete = true;
  CheckpointWriter(run, 4).Publish(state, dataset::Sync::kNo);
  EXPECT_TRUE(run.finished());
}

TEST(RunDirectoryTest, AFolderWithoutAModelSaysSo) {
  const TempDir dir;
  try {
    RunDirectory(dir.path()).LoadModelInfo();
    FAIL();
  } catch (const dataset::Error& error) {
    EXPECT_NE(std::string(error.what()).find("no finished run"), std::string::npos);
  }
}

TEST(RunDirectoryTest, KnowsWhatItIsTrainedOn) {
  const TempDir dir;
  fs::create_directories(dir / "runs/a");
  const RunDirectory run(dir / "runs/a");
  EXPECT_THROW(run.DatasetFolder(), dataset::Error);
  ModelInfo model = GoodModel();
  model.dataset = run.RelativeDataset(dir / "old.ds");
  EXPECT_EQ(model.dataset, "../../old.ds");
  WriteFile(run.model(), FormatModelInfo(model));
  EXPECT_EQ(run.DatasetFolder(), fs::canonical(dir.path()) / "old.ds");

  // The checkpoint is the younger one of the two.
  TrainState state = StateAt(3);
  state.dataset = run.RelativeDataset(dir / "new.ds");
  CheckpointWriter(run, 3).Publish(state, dataset::Sync::kNo);
  EXPECT_EQ(run.DatasetFolder(), fs::canonical(dir.path()) / "new.ds");
  // Through a link the way is that of the folder itself.
  fs::create_directory_symlink(dir / "runs/a", dir / "link");
  EXPECT_EQ(RunDirectory(dir / "link").DatasetFolder(), fs::canonical(dir.path()) / "new.ds");

  // Older checkpoints do not name it.
  state = StateAt(4);
  state.dataset.clear();
  CheckpointWriter(run, 4).Publish(state, dataset::Sync::kNo);
  EXPECT_EQ(run.DatasetFolder(), fs::canonical(dir.path()) / "old.ds");
}

}  // namespace
}  // namespace train
