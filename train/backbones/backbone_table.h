#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/enum_names.h"
#include "train/graph/graph.h"

namespace train {

// The origin of a backbone's graph. Graphs of one backbone differ in padding, strides, epsilons and biases, so weights
// fit only the variant that they were trained with.
enum class Variant { kTorchvision, kTimm, kKeras, kTensorflow, kDstools };
constexpr auto EnumNames(Variant) {
  return dataset::NameTable<Variant, 5>{{{Variant::kTorchvision, "torchvision"},
                                         {Variant::kTimm, "timm"},
                                         {Variant::kKeras, "keras"},
                                         {Variant::kTensorflow, "tensorflow"},
                                         {Variant::kDstools, "dstools"}}};
}

// The options of a builder.
struct GraphOptions {
  Variant variant = Variant::kTorchvision;
  int channels = 3;    // channels of the input
  double dropout = 0;  // rate of the dropout layers inside the backbone
};

struct VariantInfo {
  Variant variant;
  int image_size;             // side in pixels of the pictures that the published weights were trained on
  double eval_scale;          // in evaluation, the short side before the centre crop divided by the image size
  std::array<float, 3> mean;  // the published weights' input is (byte - mean) / stddev, in the order RGB
  std::array<float, 3> stddev;
  bool bgr;                  // the first convolution of the published weights reads blue, green, red
  std::string_view sources;  // known published weights, for people
};

// One row of the table: everything in which backbones differ.
struct BackboneInfo {
  std::string_view name;
  int min_image_size;
  int channels;  // default channels of the input
  // Builds the graph from the input to the last map (before any pooling), with `top` filled in.
  Graph (*build)(const GraphOptions& options);
  std::vector<VariantInfo> variants;  // the first is the default
};

const std::vector<BackboneInfo>& Backbones();
std::vector<std::string> BackboneNames();
// Finds a backbone by its name. Throws dataset::Error::Usage for an unknown one.
const BackboneInfo& FindBackbone(std::string_view name);
// Finds a variant by its name; nullptr if the backbone has no such variant.
const VariantInfo* FindVariant(const BackboneInfo& backbone, std::string_view name);

}  // namespace train
