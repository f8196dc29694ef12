#pragma once

#include "dataset/augment/augmentation_options.h"
#include "train/loop/normalization.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/run/model_info.h"
#include "train/run/run_directory.h"

namespace train {

// The classifier that a finished run left, and all that a picture must go through before it: first `view` makes upright
// pixels image_size x image_size x channels bytes, then `normalization` makes them the classifier's input.
struct TrainedModel {
  ModelInfo info;
  Classifier classifier;  // with the run's best weights, on the device; SetEvaluating() before its first use
  Normalization normalization;
  dataset::AugmentationOptions view;  // nothing of it is random
};

// Reads the run folder's model.json, weights and, if the model has one, whitening; keeps no file open. Throws
// dataset::Error that names the file if one is missing, damaged or does not fit the others, and says how a run is
// finished if the folder holds an unfinished one.
TrainedModel OpenTrainedModel(const RunDirectory& run, const Compute& compute);

}  // namespace train
