#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/load/bad_samples.h"
#include "train/loop/train_observer.h"
#include "train/run/lowered_rate.h"
#include "train/run/run_start.h"
#include "train/run/training_options.h"

namespace train {

// The start of a run, for observers.
struct RunSummary {
  struct SplitSummary {
    std::string name;
    uint64_t images = 0;
    std::vector<uint32_t> per_class;  // images by label
    bool held_out = false;            // of train, by `val_fraction`
  };
  std::vector<SplitSummary> splits;
  std::vector<std::string> notes;  // of the dataset
  std::vector<std::string> classes;
  std::vector<double> loss_weights;  // by label; none: all are 1
  dataset::Order sampler = dataset::Order::kShuffled;
  std::string backbone;
  std::optional<RunStart> start;  // nullopt: from scratch
  int image_size = 0;             // of train
  int start_size = 0;             // of Phase::start_epochs
  int eval_size = 0;
  std::string device;
  std::string precision;
  int compute_threads = 0;
  int loader_threads = 0;
  uint64_t parameters = 0;
  std::vector<Phase> phases;
  uint64_t steps_per_epoch = 0;
  uint64_t images_per_epoch = 0;
  uint64_t images_of_train = 0;
  std::optional<TrainState> resumed;  // the state that the run goes on from
  std::vector<std::string> changed;   // options that the resume has otherwise, such as "`memory` was 1 and is 2"
  std::vector<LoweredRate> lowered;   // learning rates that this resume makes smaller
  bool locked = true;                 // false: the file system has no locks, so another writer would not be noticed
};

class RunObserver : public TrainObserver {
 public:
  virtual void OnStart(const RunSummary&) {}
  virtual void OnWarning(const std::string&) {}  // of what the run goes on without
};

struct RunResult {
  enum class Kind { kTrained, kStopped, kAlreadyComplete } kind = Kind::kTrained;
  BestBy best_by = BestBy::kAccuracy;
  double best_accuracy = -1;  // of the best epoch on val, as best_loss and best_f1
  double best_loss = 0;
  double best_f1 = 0;
  uint32_t best_epoch = 0;  // of the run, from 0
  WeightsKind best_weights = WeightsKind::kRaw;
  std::vector<uint32_t> averaged;            // the epochs, for WeightsKind::kAverage
  uint32_t epochs = 0;                       // that are done
  std::optional<StopReason> stop;            // why the last phase ended early
  double seconds = 0;                        // of training and validation, including earlier parts of a resumed run
  std::vector<dataset::BadSample> replaced;  // unreadable train samples of this call
  std::vector<dataset::BadSample> unseen;    // unreadable train samples that the solved head lacks
  std::vector<dataset::BadSample> left_out;  // unreadable val samples of this call
  std::vector<std::string> restored;         // files of a complete run that were gone
};

// Trains the run that `options` describe, or resumes it, or finds it complete. A resume must have the same options,
// dataset and weights; otherwise throws dataset::Error, which names the first difference. It may have a smaller
// learning rate for a phase that is not over: if the run is in that phase, it goes on from the best weights with a new
// optimizer. If options.stop ends the run, a checkpoint is saved first.
//
// Throws dataset::Error, and changes nothing, for a folder that is neither a run nor empty and for a run that another
// process trains.
RunResult RunTraining(const TrainingRunOptions& options, RunObserver& observer);

}  // namespace train
