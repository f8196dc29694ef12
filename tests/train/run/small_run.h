#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"
#include "train/run/training_run.h"

namespace train::testing {

// Datasets of generated pictures, and trainings of a few seconds on them.

struct SmallDataset {
  std::string name = "data";
  int classes = 3;
  int per_class = 24;
  int side = 40;
  std::string ratio = "60,20,20";
};

// Makes DIR/NAME.ds, in two shards a split.
inline void MakeDataset(const std::filesystem::path& dir, const SmallDataset& what = {}) {
  const std::string raw = (dir / ("raw-" + what.name)).string(), splits = (dir / ("splits-" + what.name)).string();
  dataset::testing::MakeImageFolder(raw, what.classes, what.per_class, what.side);
  const std::string bin = dataset::testing::BinDir().string(), made = (dir / (what.name + ".ds")).string();
  for (const std::string& command : {bin + "/dsplit " + raw + " -o " + splits + " --ratio " + what.ratio + " --seed 1",
                                     bin + "/dscompile " + splits + "/manifest.csv -o " + made + " --shards 2"}) {
    const auto result = dataset::testing::RunCommand(command);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
}

// Two epochs of small_cnn, on one thread of the processor.
inline TrainingRunOptions SmallOptions(const std::filesystem::path& dataset, const std::filesystem::path& output) {
  TrainingRunOptions options;
  options.dataset = dataset;
  options.output = output;
  options.backbone = "small_cnn";
  options.image_size = 16;
  options.batch_size = 10;
  options.finetune_epochs = 2;
  options.device = DeviceKind::kCpu;
  options.precision = Precision::kFp32;
  options.compute_threads = 1;
  options.sync = dataset::Sync::kNo;
  return options;
}

inline RunResult Train(const TrainingRunOptions& options) {
  RunObserver observer;
  return RunTraining(options, observer);
}

// What dataset::Error says; "": there was none.
template <typename Work>
std::string ErrorOf(const Work& work) {
  try {
    work();
  } catch (const dataset::Error& error) {
    return error.what();
  }
  return "";
}
inline std::string MessageOf(const TrainingRunOptions& options) {
  return ErrorOf([&] { Train(options); });
}

// The events of metrics.jsonl; with `kind`, those alone.
inline std::vector<nlohmann::json> Events(const std::filesystem::path& run, const std::string& kind = "") {
  std::ifstream stream(run / "metrics.jsonl");
  std::vector<nlohmann::json> events;
  for (std::string line; std::getline(stream, line);) {
    auto event = nlohmann::json::parse(line);
    if (kind.empty() || event["event"] == kind) events.push_back(std::move(event));
  }
  return events;
}

// The events without what time decides.
inline std::vector<nlohmann::json> TimelessEvents(const std::filesystem::path& run) {
  std::vector<nlohmann::json> events = Events(run);
  for (nlohmann::json& event : events) {
    for (const char* name : {"begun", "seconds", "images_per_second", "data_wait"}) event.erase(name);
  }
  return events;
}

// Of each step.
inline std::vector<double> Losses(const std::filesystem::path& run) {
  std::vector<double> losses;
  for (const auto& event : Events(run, "step")) losses.push_back(event["loss"]);
  return losses;
}

}  // namespace train::testing
