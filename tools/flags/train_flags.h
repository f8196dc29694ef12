#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/units.h"
#include "tools/flags/dataset_flags.h"
#include "train/run/recipe.h"
#include "train/run/training_options.h"

namespace cli {

// The groups of --help, those that most people need first.
inline constexpr char kInputGroup[] = "Input";
inline constexpr char kOutputGroup[] = "Output";
inline constexpr char kNetworkGroup[] = "Network";
inline constexpr char kTrainingGroup[] = "Training";
inline constexpr char kAugmentationGroup[] = "Augmentation";
inline constexpr char kLoaderGroup[] = "Loader";
inline constexpr char kMachineGroup[] = "Machine";
inline const std::vector<std::string> kTrainGroups = {kInputGroup,        kOutputGroup, kNetworkGroup, kTrainingGroup,
                                                      kAugmentationGroup, kLoaderGroup, kMachineGroup};

// What a training is told by flags, as they are typed where a number or a choice does not say it all.
struct TrainFlags : train::TrainingRunOptions, DatasetFlags {
  std::string dataset_folder;
  std::string output_folder;
  std::optional<std::string> weights_file;
  std::optional<std::string> model_file;
  std::optional<std::string> init_run;
  train::Recipe recipe = train::Recipe::kAuto;
  std::string augment = "standard";
  std::string weights_of_classes;
  std::string parts_of_epochs;
  std::optional<std::string> most_time;
  std::string weights_of_loss;
  std::string memory_size = "2GiB";
  std::string feature_size = "4GiB";
  OnBad on_bad = OnBad::kFail;
  std::optional<std::string> most_bad;
  bool resume = false;
  bool overwrite = false;
  bool no_fsync = false;
  bool repeats_exactly = false;

  std::map<std::string, CLI::Option*, std::less<>> of_field;  // the options of train/run/training_fields.h
};

// Adds the flags of train/run/training_fields.h and of all else that TrainingRunOptions has. With --resume the options
// that are not given come from the run's own config.toml, unless there is --config, and the dataset may be left out.
// What neither gives is as --recipe has it.
void AddTrainFlags(CLI::App* app, TrainFlags* flags);

// `left_out` names more options that are not part of the resolved config. Throws dataset::Error::Usage for flags that
// make no sense.
train::TrainingRunOptions MakeTrainingOptions(const TrainFlags& flags, const CLI::App& app,
                                              const std::vector<std::string>& left_out);

}  // namespace cli
