#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/run/small_run.h"
#include "train/run/run_directory.h"
#include "train/run/training_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using testing::Losses;
using testing::MessageOf;

// Runs whose pictures have another size in the first epochs, later, and in evaluation.
class InputSizesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new dataset::testing::TempDir;
    testing::MakeDataset(dir_->path(), {.per_class = 12, .side = 64});
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }

  static TrainingRunOptions Options(const std::string& output) {
    TrainingRunOptions options = testing::SmallOptions(*dir_ / "data.ds", *dir_ / output);
    options.backbone = "squeezenet1_1";
    options.start_size = 32;
    options.image_size = 40;
    options.eval_size = 48;
    options.finetune_epochs = 5;
    return options;
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
    EXPECT_EQ(Losses(options.output), Losses(straight.output)) << stop;
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
