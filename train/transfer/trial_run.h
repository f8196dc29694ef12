#pragma once

#include <filesystem>

#include "train/run/training_run.h"

namespace train {

// A training whose result alone is wanted. Its run folder lies among the system's temporary files until the object
// ends. Not thread-safe.
class TrialRun {
 public:
  TrialRun();
  ~TrialRun();
  TrialRun(const TrialRun&) = delete;
  TrialRun& operator=(const TrialRun&) = delete;

  // Trains as `options` say, but for the folder. `observer` also gets the splits of the dataset.
  RunResult Train(TrainingRunOptions options, RunObserver& observer) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace train
