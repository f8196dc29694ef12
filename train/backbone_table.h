#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace train {

class Backbone;

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
  std::shared_ptr<Backbone> (*make)(const BackboneShape& shape);
};

const std::vector<BackboneInfo>& Backbones();
std::vector<std::string> BackboneNames();
// Throws dataset::Error::Usage for an unknown name.
const BackboneInfo& FindBackbone(std::string_view name);

}  // namespace train
