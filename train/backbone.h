#pragma once

#include <torch/torch.h>

#include <memory>

#include "train/backbone_table.h"

namespace train {

// A feature extractor: normalised float pixels [N, channels, image_size, image_size] to features [N, F]. Its parameters
// have the names of the published weight files.
class Backbone : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(torch::Tensor x) = 0;
};

// The builders, one file per family in train/backbones/.
std::shared_ptr<Backbone> MakeSimpleCnn(const BackboneShape& shape);
std::shared_ptr<Backbone> MakeSmallCnn(const BackboneShape& shape);
std::shared_ptr<Backbone> MakeMobileNetV2(const BackboneShape& shape);
std::shared_ptr<Backbone> MakeEfficientNetLite0(const BackboneShape& shape);

}  // namespace train
