#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/enum_names.h"
#include "train/graph/graph.h"

namespace train {

// Whose graph of a backbone it is. Those of one backbone differ in padding, strides, epsilons and biases, so weights
// belong to one of them.
enum class Variant { kTorchvision, kTimm, kKeras, kTensorflow, kDstools };
constexpr auto EnumNames(Variant) {
  return dataset::NameTable<Variant, 5>{{{Variant::kTorchvision, "torchvision"},
                                         {Variant::kTimm, "timm"},
                                         {Variant::kKeras, "keras"},
                                         {Variant::kTensorflow, "tensorflow"},
                                         {Variant::kDstools, "dstools"}}};
}

// What a builder is told.
struct GraphOptions {
  Variant variant = Variant::kTorchvision;
  int channels = 3;    // of the input
  double dropout = 0;  // of dropout layers inside the backbone
};

struct VariantInfo {
  Variant variant;
  int image_size;             // native: the published weights' training size
  double eval_scale;          // short side before the centre crop / image size
  std::array<float, 3> mean;  // input = (byte - mean) / std, RGB, as the published weights want it
  std::array<float, 3> stddev;
  bool bgr;                  // the published weights' first convolution reads blue, green, red
  std::string_view sources;  // known published weights, for people
};

// One row of the table; everything that differs from one backbone to the next.
struct BackboneInfo {
  std::string_view name;
  int min_image_size;
  int channels;  // of the input, unless told otherwise
  // From the input to the last map (before any pooling), with `top` filled in.
  Graph (*build)(const GraphOptions& options);
  std::vector<VariantInfo> variants;  // the first is the default
};

const std::vector<BackboneInfo>& Backbones();
std::vector<std::string> BackboneNames();
// Throws dataset::Error::Usage for an unknown name.
const BackboneInfo& FindBackbone(std::string_view name);
// nullptr if the backbone has no variant of that name.
const VariantInfo* FindVariant(const BackboneInfo& backbone, std::string_view name);

}  // namespace train
