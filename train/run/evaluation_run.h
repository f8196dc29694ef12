#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/catalog/split.h"
#include "dataset/io/existing_output.h"
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
  std::optional<std::filesystem::path> map;      // a file of renames of the dataset's classes (class_match.h)
  std::optional<std::filesystem::path> output;   // default: a folder of the run, RUN/eval/NAME
  dataset::ExistingOutput existing = dataset::ExistingOutput::kRefuse;  // kOverwrite: results of anything else
  dataset::ForeignOptions foreign;                                      // how files of other programs are read
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
  std::vector<std::string> absent;           // classes of which the split has no record
  std::vector<dataset::BadSample> left_out;  // unreadable samples, which were not scored
  std::filesystem::path folder;              // holds evaluation.json and predictions.csv
  bool other_dataset = false;                // it is not IsDatasetOf the run's model
  bool other_depth = false;    // its photos of more than 8 bits became bytes by another range than the run's
  bool other_weights = false;  // the run is finished, and its weights are not those of its last checkpoint
  bool finished = true;        // false: the training has not come to its end; these are its best weights so far
};

// Evaluates the run's best weights, those so far if it is not finished, on a split of a dataset whose classes are all
// the run's, in any order. Then calls `scored`, if it is set, and writes predictions.csv and evaluation.json to
// RUN/eval/SPLIT or, for another dataset than the run's, to RUN/eval/DATASET-SPLIT. What keeps it from writing there is
// an Error before the work. Returns nullopt, and writes nothing, if options.stop ended it.
std::optional<EvaluationRunResult> RunEvaluation(const EvaluationRunOptions& options, dataset::Progress& progress,
                                                 const std::function<void(const EvaluationRunResult&)>& scored = {});

}  // namespace train
