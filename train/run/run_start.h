#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "train/model/loaded_weights.h"
#include "train/run/training_options.h"

namespace train {

class Classifier;
class Optimizer;
struct TrainState;
struct TrainingPlan;

// The weights that a run begins with, or began with, for observers. Only `file` is set of a run that goes on.
struct RunStart {
  std::string file;                        // the weights file, or the run folder that it is of
  bool unfinished = false;                 // it is a run's that has not come to its end
  std::string entry;                       // TensorFile::entry
  std::vector<std::string> other_entries;  // TensorFile::other_entries
  LoadedWeights loaded;
  // For `init_from`: the classes of the dataset whose scores the other run has, and those that are new.
  std::vector<std::string> known_classes, new_classes;
};

// Restores the state of the optimizer: that of the checkpoint `own`, else that of the run of `init_from`.
void LoadOptimizer(const TrainingRunOptions& options, const std::optional<std::filesystem::path>& own,
                   Optimizer& optimizer);

// Gives the model the weights of its first step: those of the checkpoint's file `own`, else the pretrained ones of the
// plan, else random ones. Returns nullopt without pretrained ones.
std::optional<RunStart> FillWeights(const TrainingRunOptions& options, const TrainingPlan& plan,
                                    const std::optional<std::filesystem::path>& own, Classifier& model);

// Gives the model the best weights of the run in options.output at this state, which its latest checkpoint has; if
// there are none yet, those that it began with. Returns false, and changes nothing, if these are of a file, which may
// be gone.
bool LoadSoundWeights(const TrainingRunOptions& options, const TrainingPlan& plan, const TrainState& state,
                      Classifier& model);

}  // namespace train
