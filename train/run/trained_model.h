#pragma once

#include <string>

#include "dataset/augment/augmentation_options.h"
#include "train/loop/normalization.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/run/model_info.h"
#include "train/run/run_directory.h"

namespace train {

// The classifier of a finished run, and how a picture becomes its input: `view` turns an upright picture into
// image_size x image_size x channels bytes, and `normalization` turns these into the classifier's input.
struct TrainedModel {
  ModelInfo info;
  Classifier classifier;  // has the run's best weights, on the device; call SetEvaluating() before its first use
  Normalization normalization;
  dataset::AugmentationOptions view;  // nothing in it is random
  std::string weights_sha256;         // of the file that the weights are of
};

// Reads model.json, the weights and, if the model has one, the whitening of a run folder; keeps no file open. Throws
// dataset::Error, which names the file, if one is missing, damaged or does not fit the others. If the run is not
// finished, the message says how to finish it.
TrainedModel OpenTrainedModel(const RunDirectory& run, const Compute& compute);

}  // namespace train
