#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "train/model/weight_map.h"
#include "train/network/classifier.h"
#include "train/weights/tensor_file.h"

namespace train {

// Copies the file's tensors into the model, in any of the published spellings and layouts. Floating types are
// converted. Every tensor of the backbone must be there with the right shape; only counters of batches may be missing,
// and only other heads and auxiliary classifiers may be left over. Otherwise throws dataset::Error, which lists what is
// missing, extra and misshapen; the model is then unchanged. Beside the file and the model at most one tensor is in
// memory. Returns the names, as in the state_dict, of the layers of the head that keep their values.
std::vector<std::string> LoadWeights(const TensorFile& file, HeadWeights head, Classifier& model);

// Returns views of the model's state for WriteSafetensors: row-major copies in host memory, which live as long as
// `storage`.
std::vector<TensorView> WeightViews(const Classifier& model, std::vector<torch::Tensor>& storage);

}  // namespace train
