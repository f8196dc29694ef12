#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/load/loader.h"
#include "train/loop/phase.h"
#include "train/network/compute.h"
#include "train/network/initialization.h"
#include "train/run/model_info.h"
#include "train/run/model_plan.h"
#include "train/run/training_options.h"
#include "train/weights/tensor_file.h"

namespace train {

// Everything that is decided before the first step of a training.
struct TrainingPlan {
  dataset::DatasetInfo dataset;  // with the val split that `val_fraction` holds out of train
  ModelInfo model;
  std::unique_ptr<TensorFile> weights;  // the opened first weights; they stay mapped until this is reset
  std::optional<ClassRows> rows;        // where the last layer's values come from, if they are in `weights`
  Initialization initialization = Initialization::kHe;
  std::vector<Phase> phases;
  Compute compute;
  int compute_threads = 0;
  int loader_threads = 0;
  dataset::Cache cache = dataset::Cache::kAuto;  // resolved
  dataset::Order order = dataset::Order::kShuffled;
  std::vector<double> class_weights;          // for Order::kWeighted: one per class
  std::vector<double> ridge_weights;          // RidgeWeights
  std::vector<double> loss_weights;           // one per class; none: all are 1
  dataset::AugmentationOptions augmentation;  // resolved; applied to train
  uint32_t mix_epochs = 0;                    // the epochs of train that mix, from the first on
  Notes options;                              // all that decide the numbers, resolved; checkpoints store them
};

// Reads the description of the dataset; opens and hashes the pretrained weights. `noted` is what the checkpoint of the
// run in the output folder notes, if there is one. Throws dataset::Error::Usage for an unknown name and for a device
// that this machine does not have.
TrainingPlan PlanTraining(const TrainingRunOptions& options, const Notes& noted);

// Returns the architecture alone. If no dataset is given, it has 1000 classes.
Architecture PlanArchitecture(const TrainingRunOptions& options);

}  // namespace train
