// Runs that compute what frozen layers make of train only once.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"
#include "tests/train/run/pretrained_run.h"
#include "train/run/training_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using testing::Train;

class FeatureRunTest : public testing::PretrainedRunTest {
 protected:
  // A head by gradients on pictures without anything random.
  static TrainingRunOptions Options(const fs::path& output) {
    TrainingRunOptions options = testing::PretrainedRunTest::Options(output);
    options.head_solver = HeadSolver::kGradient;
    options.head_epochs = 3;
    options.finetune_epochs = 0;
    options.augmentation = dataset::OptionsOf(dataset::AugmentationPreset::kNone);
    return options;
  }
  // Random in a way that changes no pixel, so that pictures are read each epoch.
  static TrainingRunOptions Uncached(const fs::path& output) {
    TrainingRunOptions options = Options(output);
    options.augmentation.jitter_probability = 0;
    options.augmentation.brightness = 0.5;
    return options;
  }

  // Counts the pictures whose features were computed.
  class Counter : public RunObserver {
   public:
    void OnFeatures(const FeatureReport& report) override { computed += report.samples; }
    void OnWarning(const std::string& text) override { warnings.push_back(text); }
    int computed = 0;
    std::vector<std::string> warnings;
  };

  static std::vector<nlohmann::json> Events(const fs::path& run) {
    std::vector<nlohmann::json> events = testing::TimelessEvents(run);
    for (nlohmann::json& event : events) event.erase("options");
    return events;
  }
  static std::string Content(const fs::path& run) {
    // Without the header, which names the options.
    std::string bytes = dataset::ReadFile(run / "weights.safetensors");
    return bytes.substr(bytes.rfind('}'));
  }
  static std::vector<fs::path> Tables(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    return files;
  }
};

// If each batch has as many samples as any other, the kernels do the same sums for a sample in any of them.
TEST_F(FeatureRunTest, LossesAreThoseOfPicturesToTheBit) {
  for (const dataset::Order sampler :
       {dataset::Order::kShuffled, dataset::Order::kBalanced, dataset::Order::kStratified}) {
    const std::string name(dataset::NameOf(sampler));
    TrainingRunOptions options = Options(out_ / ("cached-" + name)), uncached = Uncached(out_ / ("read-" + name));
    options.sampler = uncached.sampler = sampler;
    options.batch_size = uncached.batch_size = 7;
    Counter counter, none;
    RunTraining(options, counter);
    RunTraining(uncached, none);
    EXPECT_EQ(counter.computed, 42) << name;
    EXPECT_EQ(none.computed, 0) << name;
    EXPECT_EQ(Events(options.output), Events(uncached.output)) << name;
    EXPECT_EQ(Content(options.output), Content(uncached.output)) << name;
  }
}

// The last batch is shorter, and libtorch may round otherwise in it.
TEST_F(FeatureRunTest, LossesOfShortBatchesAreThoseOfPictures) {
  for (const uint64_t steps : {0, 3}) {
    TrainingRunOptions options = Options(out_ / ("cached-" + std::to_string(steps))),
                       uncached = Uncached(out_ / ("read-" + std::to_string(steps)));
    for (TrainingRunOptions* each : {&options, &uncached}) {
      each->steps_per_epoch = steps;
      each->accumulate = steps == 0 ? 1 : 2;
      each->ema = 0.9;
    }
    Train(options);
    Train(uncached);
    const auto cached = Events(options.output), read = Events(uncached.output);
    ASSERT_EQ(cached.size(), read.size());
    for (size_t i = 0; i < cached.size(); ++i) {
      EXPECT_EQ(cached[i]["event"], read[i]["event"]);
      if (!cached[i].contains("loss")) continue;
      EXPECT_NEAR(cached[i]["loss"].get<double>(), read[i]["loss"].get<double>(), 1e-5) << cached[i];
    }
  }
}

TEST_F(FeatureRunTest, AStopGoesOnWithTheSameBytes) {
  Train(Options(out_ / "whole"));
  // 5 batches of features, then 3 epochs of 5 steps and 2 batches of val, which are computed once.
  for (const int stop_after : {1, 5, 6, 9, 11, 14, 19}) {
    TrainingRunOptions options = Options(out_ / std::to_string(stop_after));
    int asked = 0;
    options.stop = [&] { return ++asked == stop_after; };
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kStopped) << stop_after;
    options.stop = nullptr;
    options.existing = dataset::ExistingOutput::kResume;
    options.loader_threads = 3;
    ASSERT_EQ(Train(options).kind, RunResult::Kind::kTrained);
    EXPECT_EQ(Events(options.output), Events(out_ / "whole")) << stop_after;
    EXPECT_EQ(Content(options.output), Content(out_ / "whole")) << stop_after;
  }
}

TEST_F(FeatureRunTest, LaterRunsComputeNothing) {
  Train(Options(out_ / "alone"));
  for (const auto& [name, computed] : std::vector<std::pair<std::string, int>>{{"first", 42}, {"second", 42}}) {
    TrainingRunOptions options = Options(out_ / name);
    options.feature_folder = out_ / "features";
    options.feature_cache = 1 << 20;
    options.loader_threads = name == "first" ? 1 : 3;
    Counter counter;
    RunTraining(options, counter);
    EXPECT_EQ(counter.computed, name == "first" ? computed : 0);
    EXPECT_EQ(Events(options.output), Events(out_ / "alone")) << name;
    EXPECT_EQ(Content(options.output), Content(out_ / "alone")) << name;
  }
  EXPECT_EQ(Tables(out_ / "features").size(), 2u);  // train and val
  // A solved head finds them, too.
  TrainingRunOptions solved = Options(out_ / "solved"), solved_alone = Options(out_ / "solved alone");
  solved.head_solver = solved_alone.head_solver = HeadSolver::kRidge;
  solved.feature_folder = out_ / "features";
  solved.feature_cache = 1 << 20;
  Train(solved);
  Train(solved_alone);
  EXPECT_EQ(Content(solved.output), Content(solved_alone.output));
  EXPECT_EQ(Tables(out_ / "features").size(), 2u);
}

TEST_F(FeatureRunTest, ASolvedHeadKeepsMirrorImagesToo) {
  std::vector<std::string> contents;
  for (const char* name : {"alone", "first", "second"}) {
    TrainingRunOptions options = Options(out_ / name);
    options.head_solver = HeadSolver::kRidge;
    options.augmentation = dataset::OptionsOf(dataset::AugmentationPreset::kStandard);
    if (name != std::string("alone")) options.feature_folder = out_ / "features";
    options.feature_cache = 1 << 20;
    Train(options);
    contents.push_back(Content(options.output));
  }
  EXPECT_EQ(contents[0], contents[1]);
  EXPECT_EQ(contents[0], contents[2]);
  EXPECT_EQ(Tables(out_ / "features").size(), 3u);  // train, its mirror images and val
}

TEST_F(FeatureRunTest, OtherWeightsSizesAndPrecisionsHaveTablesOfTheirOwn) {
  const auto train = [&](const std::string& name, const std::function<void(TrainingRunOptions*)>& change) {
    TrainingRunOptions options = Options(out_ / name);
    options.head_epochs = 1;
    options.feature_folder = out_ / "features";
    options.feature_cache = 1 << 20;
    change(&options);
    Counter counter;
    RunTraining(options, counter);
    return counter.computed;
  };
  EXPECT_EQ(train("first", [](TrainingRunOptions*) {}), 42);
  EXPECT_EQ(train("same", [](TrainingRunOptions* options) { options->seed = 5; }), 0);
  EXPECT_EQ(train("size", [](TrainingRunOptions* options) { options->eval_resize = 20; }), 42);
  EXPECT_EQ(train("view", [](TrainingRunOptions* options) { options->fit = dataset::SquareFit::kPad; }), 42);
  EXPECT_EQ(train("batch", [](TrainingRunOptions* options) { options->batch_size = 7; }), 42);
  TrainingRunOptions other = Options(out_ / "other");
  other.head_epochs = 0;  // an epoch of the head alone could be the best one
  other.finetune_epochs = 1;
  Train(other);
  EXPECT_EQ(
      train("weights", [&](TrainingRunOptions* options) { options->weights = out_ / "other/weights.safetensors"; }),
      42);
}

TEST_F(FeatureRunTest, DamageIsMended) {
  std::vector<std::string> contents;
  Counter counter;
  for (const char* name : {"first", "second", "third"}) {
    TrainingRunOptions options = Options(out_ / name);
    options.feature_folder = out_ / "features";
    options.feature_cache = 1 << 20;
    counter = {};
    RunTraining(options, counter);
    contents.push_back(Content(options.output));
    if (name == std::string("second")) {
      EXPECT_EQ(counter.computed, 42);
      EXPECT_EQ(counter.warnings.size(), 2u);
    }
    if (name == std::string("first")) {
      for (const fs::path& file : Tables(out_ / "features")) {
        std::string bytes = dataset::ReadFile(file);
        bytes[bytes.size() / 2] ^= 1;
        dataset::testing::WriteFile(file, bytes);
      }
    }
  }
  EXPECT_EQ(counter.computed, 0);
  EXPECT_TRUE(counter.warnings.empty());
  EXPECT_EQ(contents[0], contents[1]);
  EXPECT_EQ(contents[0], contents[2]);
}

// Phases that train the upper layers begin at the lowest of them.
TEST_F(FeatureRunTest, FrozenLayersOfAFinetuneAreComputedOnce) {
  TrainingRunOptions options = Options(out_ / "cached"), uncached = Uncached(out_ / "read");
  for (TrainingRunOptions* each : {&options, &uncached}) {
    each->head_epochs = 1;
    each->finetune_epochs = 2;
    each->finetune_layers = "last:1";
    each->batch_size = 7;
  }
  Counter counter;
  RunTraining(options, counter);
  Train(uncached);
  EXPECT_EQ(counter.computed, 84);
  EXPECT_EQ(Events(options.output), Events(uncached.output));
  EXPECT_EQ(Content(options.output), Content(uncached.output));
}

TEST_F(FeatureRunTest, RandomViewsAndUnreadablePicturesAreRead) {
  const auto computed = [&](const std::string& name, const std::function<void(TrainingRunOptions*)>& change) {
    TrainingRunOptions options = Options(out_ / name);
    options.head_epochs = 1;
    change(&options);
    Counter counter;
    RunTraining(options, counter);
    return counter.computed;
  };
  EXPECT_EQ(computed("flip", [](TrainingRunOptions* options) { options->augmentation.flip_left_right = 0.5; }), 0);
  EXPECT_EQ(computed("mix", [](TrainingRunOptions* options) { options->mix.mixup = 0.2; }), 0);
  // Fewer pictures than train has.
  EXPECT_EQ(computed("few", [](TrainingRunOptions* options) { options->steps_per_epoch = 2; }), 0);
}

}  // namespace
}  // namespace train
