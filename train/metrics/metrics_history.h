#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "train/loop/train_observer.h"

namespace train {

// A number of an epoch: its key in metrics.jsonl, which is its column in metrics.csv, and its tag in TensorBoard
// (empty: none).
struct MetricsField {
  const char* column;
  const char* tag;
  double EpochReport::*value;
};

inline constexpr std::array<MetricsField, 11> kMetricsFields = {{
    {"loss", "loss/train", &EpochReport::loss},
    {"accuracy", "accuracy/train", &EpochReport::accuracy},
    {"val_loss", "loss/val", &EpochReport::val_loss},
    {"val_accuracy", "accuracy/val", &EpochReport::val_accuracy},
    {"val_precision", "precision/val", &EpochReport::val_precision},
    {"val_recall", "recall/val", &EpochReport::val_recall},
    {"val_f1", "f1/val", &EpochReport::val_f1},
    {"learning_rate", "", &EpochReport::learning_rate},
    {"images_per_second", "images_per_second", &EpochReport::images_per_second},
    {"data_wait", "data_wait", &EpochReport::data_wait},
    {"seconds", "seconds", &EpochReport::seconds},
}};

// A stretch of an epoch's steps.
struct Stretch {
  uint64_t step = 0;         // steps done in the run at its end
  double epoch = 0;          // epochs done in the run at its end, such as 2.35
  double loss = 0;           // mean over its steps
  double learning_rate = 0;  // of its last step
};

struct MetricsEpoch {
  EpochReport report;  // numbers that the event lacks are NaN
  std::vector<Stretch> stretches;
};

// What the events of metrics.jsonl tell of a run. It is the same whether the events come from the file or as they are
// made, since doubles survive JSON. Its size grows with the epochs, not with the steps. Not thread-safe.
class MetricsHistory {
 public:
  // An epoch is cut into so many stretches of equal length, or as many as it has steps.
  static constexpr size_t kStretches = 20;

  void Add(const nlohmann::ordered_json& event);
  // Adds the events of the first `bytes` bytes of a metrics.jsonl. A line that is none of dtrain's events is skipped.
  void Load(const std::filesystem::path& metrics, uint64_t bytes);

  double begun() const { return begun_; }  // seconds from 1970 to the start of the run; 0 in older files
  const std::vector<MetricsEpoch>& epochs() const { return epochs_; }
  const std::set<std::string>& findings() const { return findings_; }  // names of those that were said

 private:
  struct Step {
    double loss = 0, learning_rate = 0;
  };
  void AddEpoch(const nlohmann::ordered_json& event);

  double begun_ = 0;
  uint32_t first_epoch_ = 0;  // its number in the file
  std::vector<MetricsEpoch> epochs_;
  std::set<std::string> findings_;
  std::vector<Step> steps_;  // since the latest epoch
};

}  // namespace train
