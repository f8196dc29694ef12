#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/load/loader.h"
#include "train/loop/phase.h"
#include "train/network/compute.h"
#include "train/network/initialization.h"
#include "train/run/model_info.h"
#include "train/run/training_options.h"
#include "train/weights/tensor_file.h"

namespace train {

// Everything of a training that is settled before its first step.
struct TrainingPlan {
  dataset::DatasetInfo dataset;
  ModelInfo model;
  std::unique_ptr<TensorFile> weights;  // the opened pretrained weights; they stay mapped until this is reset
  Initialization initialization = Initialization::kHe;
  std::vector<Phase> phases;
  Compute compute;
  int compute_threads = 0;
  int loader_threads = 0;
  dataset::Cache cache = dataset::Cache::kAuto;  // resolved
  dataset::Order order = dataset::Order::kShuffled;
  std::vector<double> class_weights;           // of Order::kWeighted, one a class
  dataset::AugmentationOptions augmentation;   // of train, resolved
  std::map<std::string, std::string> options;  // all that decides the numbers, resolved; checkpoints keep them
};

// Reads the description of the dataset; opens and hashes the pretrained weights. Throws dataset::Error::Usage for an
// unknown name and for a device that this machine does not have.
TrainingPlan PlanTraining(const TrainingRunOptions& options);

// The network alone. Without a dataset folder, of 1000 classes.
Architecture PlanArchitecture(const TrainingRunOptions& options);

// What a checkpoint was made with (its `options`) stays in force for what the user leaves to "auto".
TrainingRunOptions WithResumed(TrainingRunOptions options, const std::map<std::string, std::string>& resumed);

// The first difference between two plans' options in words: "seed was 1 and is 2"; "" if they are equal.
std::string Difference(const std::map<std::string, std::string>& then, const std::map<std::string, std::string>& now);

}  // namespace train
