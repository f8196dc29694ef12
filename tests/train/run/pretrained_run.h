#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/testing/testing.h"
#include "tests/train/run/small_run.h"

namespace train::testing {

// Three classes in train, val and test, and a run from scratch whose weights others begin with.
class PretrainedRunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new dataset::testing::TempDir;
    MakeDataset(dir_->path());
    TrainingRunOptions base = Options(*dir_ / "base");
    base.weights.reset();
    base.finetune_epochs = 4;
    Train(base);
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  static TrainingRunOptions Options(const std::filesystem::path& output = {}) {
    TrainingRunOptions options = SmallOptions(*dir_ / "data.ds", output);
    options.weights = *dir_ / "base/weights.safetensors";
    options.finetune_epochs = 1;
    return options;
  }

  static inline dataset::testing::TempDir* dir_ = nullptr;
  dataset::testing::TempDir out_;
};

}  // namespace train::testing
