#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "train/model/class_rows.h"
#include "train/run/model_info.h"
#include "train/run/training_options.h"
#include "train/weights/tensor_file.h"

namespace train {

// The options as a checkpoint notes them, by name (TrainState::options).
using Notes = std::map<std::string, std::string>;

// The network of a training, and what its weights begin with.
struct ModelPlan {
  ModelInfo info;
  int train_size = 0;                   // side of train's pictures; those of evaluation have info.image_size
  bool pretrained = false;              // the run's first weights are those of a file
  std::unique_ptr<TensorFile> weights;  // that file, open; nullptr: none, or the run has weights of its own by now
  std::optional<ClassRows> rows;        // for `init_from`: where the last layer's values come from
};

// Opens and hashes the pretrained weights. `noted` is of the checkpoint of a run that goes on, else empty: then what
// the run began with may be gone, and what is noted counts. Throws dataset::Error::Usage for options that do not fit
// each other, and dataset::Error for files that are missing or damaged.
ModelPlan PlanModel(const TrainingRunOptions& options, const dataset::DatasetInfo& dataset, const Notes& noted);

}  // namespace train
