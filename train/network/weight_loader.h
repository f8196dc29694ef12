#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "train/model/weight_map.h"
#include "train/network/classifier.h"
#include "train/weights/tensor_file.h"

namespace train {

// Copies the file's tensors into the model, in whatever of the world's spellings and layouts they are. Every tensor of
// the backbone must be there with the right shape; only counters of batches may be missing, and only other heads and
// auxiliary classifiers left over. Otherwise throws dataset::Error that lists what is missing, extra and misshapen.
// Floating types are converted. No more than one tensor is copied beside the file and the model. Returns the layers of
// the head that keep their values, by the names in their state_dict.
std::vector<std::string> LoadWeights(const TensorFile& file, HeadWeights head, Classifier& model);

// Views of the model's state for WriteSafetensors: row-major copies in host memory, kept alive in `storage`.
std::vector<TensorView> WeightViews(const Classifier& model, std::vector<torch::Tensor>& storage);

}  // namespace train
