#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"
#include "train/run/run_directory.h"
#include "train/run/training_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;

// Runs whose pictures have another size in the first epochs, later, and in evaluation.
class InputSizesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new dataset::testing::TempDir;
    dataset::testing::MakeImageFolder(*dir_ / "raw", 3, 12, 64);
    const std::string bin = dataset::testing::BinDir().string(), dir = dir_->path().string() + "/";
    for (const std::string& command :
         {bin + "/dsplit " + dir + "raw -o " + dir + "splits --ratio 60,20,20 --seed 1",
          bin + "/dscompile " + dir + "splits/manifest.csv -o " + dir + "data.ds --shards 2"}) {
      const auto result = dataset::testing::RunCommand(command);
      ASSERT_EQ(result.exit_code, 0) << result.err;
    }
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }

  static TrainingRunOptions Options(const std::string& output) {
    TrainingRunOptions options;
    options.dataset = *dir_ / "data.ds";
    options.output = *dir_ / output;
    options.backbone = "squeezenet1_1";
    options.start_size = 32;
    options.image_size = 40;
    options.eval_size = 48;
    options.batch_size = 10;
    options.finetune_epochs = 5;
    options.device = DeviceKind::kCpu;
    options.precision = Precision::kFp32;
    options.compute_threads = 1;
    options.sync = dataset::Sync::kNo;
    return options;
  }

  static std::string MessageOf(const TrainingRunOptions& options) {
    try {
      RunObserver observer;
      RunTraining(options, observer);
      return "";
    } catch (const dataset::Error& error) {
      return error.what();
    }
  }

  static std::vector<double> LossesOf(const fs::path& run) {
    std::ifstream stream(run / "metrics.jsonl");
    std::vector<double> losses;
    for (std::string line; std::getline(stream, line);) {
      const auto event = nlohmann::json::parse(line);
      if (event["event"] == "step") losses.push_back(event["loss"]);
    }
    return losses;
  }

  static inline dataset::testing::TempDir* dir_ = nullptr;
};

TEST_F(InputSizesTest, AStopBeforeTheChangeAndAfterGoesOnExactly) {
  const TrainingRunOptions straight = Options("straight");
  ASSERT_EQ(MessageOf(straight), "");
  const ModelInfo info = RunDirectory(straight.output).LoadModelInfo();
  EXPECT_EQ(info.image_size, 48u);
  EXPECT_EQ(info.eval_resize, 53u);    // round(1.1 * 48)
  for (const int stop : {2, 9, 10}) {  // 3 batches an epoch; the size changes after 9
    TrainingRunOptions options = Options("stop" + std::to_string(stop));
    int asked = 0;
    options.stop = [&] { return ++asked == stop; };
    ASSERT_EQ(MessageOf(options), "");
    options.stop = nullptr;
    options.existing = dataset::ExistingOutput::kResume;
    ASSERT_EQ(MessageOf(options), "");
    EXPECT_EQ(LossesOf(options.output), LossesOf(straight.output)) << stop;
    EXPECT_EQ(dataset::ReadFile(RunDirectory(options.output).weights()),
              dataset::ReadFile(RunDirectory(straight.output).weights()))
        << stop;
  }
}

TEST_F(InputSizesTest, AResumeNeedsTheSameSizes) {
  TrainingRunOptions options = Options("same");
  int asked = 0;
  options.stop = [&] { return ++asked == 2; };
  ASSERT_EQ(MessageOf(options), "");
  options.stop = nullptr;
  options.existing = dataset::ExistingOutput::kResume;
  options.start_size = 36;
  EXPECT_NE(MessageOf(options).find("`start_size` was 32 and is 36"), std::string::npos) << MessageOf(options);
  options.start_size = 32;
  options.eval_size = 40;
  EXPECT_NE(MessageOf(options).find("`eval_size` was 48 and is 40"), std::string::npos) << MessageOf(options);
}

TEST_F(InputSizesTest, SizesThatTheNetworkCannotHaveAreRefused) {
  const struct {
    const char* cause;
    void (*change)(TrainingRunOptions* options);
  } cases[] = {
      {"`start_size` must be at most `image_size`, 40", [](auto* o) { o->start_size = 41; }},
      {"`start_size` must be at least 1", [](auto* o) { o->start_size = 0; }},
      {"`eval_size` must be at least 1", [](auto* o) { o->eval_size = 0; }},
      {"`start_size` must be at least 25 for squeezenet1_1", [](auto* o) { o->start_size = 16; }},
      {"`start_size` must be `image_size` for this network", [](auto* o) { o->backbone = "small_cnn"; }},
      {"`eval_size` must be `image_size` for this network",
       [](auto* o) {
         o->backbone = "small_cnn";
         o->start_size.reset();
       }},
      {"`start_size` must be `image_size` for this network", [](auto* o) { o->pooling = Pooling::kFlatten; }},
  };
  for (const auto& c : cases) {
    TrainingRunOptions options = Options("refused");
    c.change(&options);
    EXPECT_NE(MessageOf(options).find(c.cause), std::string::npos) << c.cause << ": " << MessageOf(options);
    EXPECT_FALSE(fs::exists(options.output)) << c.cause;
  }
}

}  // namespace
}  // namespace train
