#pragma once

#include <gtest/gtest.h>

#include <string>

#include "dataset/base/error.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"
#include "train/run/training_run.h"

namespace train::testing {

// Three classes in train, val and test, and a run whose weights others begin with.
class TransferTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new dataset::testing::TempDir;
    dataset::testing::MakeImageFolder(*dir_ / "raw", 3, 24, 40);
    const std::string bin = dataset::testing::BinDir().string(), dir = dir_->path().string() + "/";
    for (const std::string& command :
         {bin + "/dsplit " + dir + "raw -o " + dir + "splits --ratio 60,20,20 --seed 1",
          bin + "/dscompile " + dir + "splits/manifest.csv -o " + dir + "data.ds --shards 2"}) {
      const auto result = dataset::testing::RunCommand(command);
      ASSERT_EQ(result.exit_code, 0) << result.err;
    }
    TrainingRunOptions base = Options();
    base.output = *dir_ / "base";
    base.weights.reset();
    base.finetune_epochs = 4;
    RunObserver observer;
    RunTraining(base, observer);
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  static TrainingRunOptions Options() {
    TrainingRunOptions options;
    options.dataset = *dir_ / "data.ds";
    options.weights = *dir_ / "base/weights.safetensors";
    options.backbone = "small_cnn";
    options.image_size = 16;
    options.batch_size = 10;
    options.finetune_epochs = 1;
    options.device = DeviceKind::kCpu;
    options.precision = Precision::kFp32;
    options.compute_threads = 1;
    options.sync = dataset::Sync::kNo;
    return options;
  }
  template <typename Work>
  static std::string MessageOf(const Work& work) {
    try {
      work();
    } catch (const dataset::Error& error) {
      return error.what();
    }
    return "";
  }

  static inline dataset::testing::TempDir* dir_ = nullptr;
  dataset::testing::TempDir out_;
};

}  // namespace train::testing
