#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "train/model/class_rows.h"
#include "train/model/loaded_weights.h"
#include "train/model/weight_map.h"
#include "train/network/classifier.h"
#include "train/weights/tensor_file.h"

namespace train {

// Copies the file's tensors into the model, in any of the published spellings and layouts. Floating types are
// converted. Every tensor of the backbone must be there with the right shape; only counters of batches may be missing,
// and only other heads and auxiliary classifiers may be left over. Otherwise throws dataset::Error, which lists what is
// missing, extra and misshapen, or names a value that is not finite or a negative variance; the model is then
// unchanged. Beside the file and the model at most one tensor is in memory.
LoadedWeights LoadWeights(const TensorFile& file, HeadWeights head, Classifier& model);

// Copies these rows of a run's file into the model's last layer; new ones keep their values. Throws dataset::Error if
// the file has no such layer or a row is not finite.
void LoadClassRows(const TensorFile& file, const ClassRows& rows, Classifier& model);

// Returns views of the model's state for WriteSafetensors: row-major copies in host memory, which live as long as
// `storage`.
std::vector<TensorView> WeightViews(const Classifier& model, std::vector<torch::Tensor>& storage);

}  // namespace train
