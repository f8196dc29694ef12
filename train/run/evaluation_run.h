#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/split.h"
#include "dataset/io/sync.h"
#include "dataset/load/bad_samples.h"
#include "dataset/read/foreign_dataset.h"
#include "dataset/sample/reject_budget.h"
#include "train/loop/evaluation.h"
#include "train/network/compute_choice.h"

namespace train {

struct EvaluationRunOptions {
  std::filesystem::path run;                     // a run folder
  std::optional<std::filesystem::path> dataset;  // default: the dataset that the run was trained on
  dataset::ForeignOptions foreign;               // how files of other programs are read
  dataset::Split split = dataset::Split::kTest;
  int batch_size = 64;
  DeviceKind device = DeviceKind::kAuto;
  Precision precision = Precision::kAuto;
  int compute_threads = 0;  // 0: one per core
  int loader_threads = 0;   // 0: one per core, at most 16
  uint64_t memory = uint64_t{2} << 30;
  dataset::RejectBudget max_bad{.count = 0, .fraction = {}};  // unreadable samples that are left out
  dataset::Sync sync = dataset::Sync::kYes;
  std::function<bool()> stop;
};

struct EvaluationRunResult {
  Evaluation evaluation{0};
  std::vector<std::string> classes;
  std::vector<dataset::BadSample> left_out;  // unreadable samples, which were not scored
  std::filesystem::path folder;              // holds evaluation.json and predictions.csv
  bool other_dataset = false;                // the fingerprint is not that of the dataset that the run was trained on
  bool other_depth = false;  // its photos of more than 8 bits became bytes by another range than the run's
};

// Evaluates the run's best weights on a split of a dataset that has the run's classes. Writes
// RUN/eval/SPLIT/predictions.csv, then evaluation.json. Returns nullopt, and writes nothing, if options.stop ended it.
std::optional<EvaluationRunResult> RunEvaluation(const EvaluationRunOptions& options, dataset::Progress& progress);

}  // namespace train
