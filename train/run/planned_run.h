#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "train/loop/train_state.h"
#include "train/run/lowered_rate.h"
#include "train/run/run_directory.h"
#include "train/run/training_options.h"
#include "train/run/training_plan.h"

namespace train {

// A run before anything is made: what was asked, what follows from it, and where the run stands.
struct PlannedRun {
  RunDirectory folder;
  std::optional<std::filesystem::path> checkpoint;  // to go on from; none: from the start
  TrainState state;                                 // the checkpoint's
  TrainingRunOptions options;                       // with the checkpoint's values in place of "auto"
  TrainingPlan plan;
  std::vector<std::string> changed;  // options that this resume has otherwise than the checkpoint
  std::vector<LoweredRate> lowered;  // by this resume
};

// Plans the run that `given` describes: one that begins, that goes on from its latest checkpoint or that is complete.
// Throws dataset::Error, which names the first difference, if it may not go on with these options.
PlannedRun PlanRun(const TrainingRunOptions& given);

}  // namespace train
