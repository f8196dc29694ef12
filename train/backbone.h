#pragma once

#include <torch/torch.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace train {

// A feature extractor: normalised float pixels [N, channels, image_size, image_size] to features [N, F]. Its parameters
// have the names of the published weight files.
class Backbone : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(torch::Tensor x) = 0;
};

struct BackboneShape {
  int image_size = 0;
  double dropout = 0;  // of dropout layers inside the backbone
};

// One row of the table; everything that differs from one backbone to the next.
struct BackboneInfo {
  std::string_view name;
  std::string_view variant;  // whose graph it is: torchvision, tensorflow, dstools
  int image_size;            // native: the published weights' training size
  int min_image_size;
  int channels;               // of the input
  int features;               // F
  double eval_scale;          // short side before the centre crop / image size
  std::array<float, 3> mean;  // input = (byte - mean) / std, as the published weights want it
  std::array<float, 3> std;
  std::string_view head;  // the last dense layer's name in the published weights
  bool pretrained;        // published weights exist
  std::shared_ptr<Backbone> (*make)(const BackboneShape& shape);
};

const std::vector<BackboneInfo>& Backbones();
std::vector<std::string> BackboneNames();
// Throws dataset::Error::Usage for an unknown name.
const BackboneInfo& FindBackbone(std::string_view name);

// The builders, one file per family in train/backbones/.
std::shared_ptr<Backbone> MakeSimpleCnn(const BackboneShape& shape);
std::shared_ptr<Backbone> MakeSmallCnn(const BackboneShape& shape);
std::shared_ptr<Backbone> MakeMobileNetV2(const BackboneShape& shape);
std::shared_ptr<Backbone> MakeEfficientNetLite0(const BackboneShape& shape);

}  // namespace train
