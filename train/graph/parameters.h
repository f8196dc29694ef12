#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// The shape of a layer's output for one picture. A flat output has rows == columns == 0.
struct Shape {
  int64_t channels = 0, rows = 0, columns = 0;
  bool operator==(const Shape&) const = default;
};

// Returns the shape of each layer's output for pictures of image_size x image_size pixels. Throws
// dataset::Error::Usage, which names the layer, if a layer would have no output.
std::vector<Shape> InferShapes(const Graph& graph, int image_size);

enum class TensorRole { kWeight, kBias, kMean, kVariance, kBatches };

// A tensor of a layer. Shapes are PyTorch's: convolutions [out, in / groups, rows, columns], dense layers [out, in].
struct Parameter {
  int layer = 0;
  TensorRole role = TensorRole::kWeight;
  std::vector<int64_t> shape;
  // Whether training learns it by gradients; otherwise it is a statistic of a norm.
  bool learned() const { return role == TensorRole::kWeight || role == TensorRole::kBias; }
};

// Returns all tensors of the network, in the order of its layers. `shapes` are those of InferShapes.
std::vector<Parameter> Parameters(const Graph& graph, const std::vector<Shape>& shapes);

enum class Spelling { kTorch, kTimm, kKeras };

// Returns the name of a tensor in files of that spelling: "layer1.0.conv1.weight", Keras' "conv2_block1_1_conv/kernel".
// Empty if such files do not have it.
std::string TensorName(const Layer& layer, TensorRole role, Spelling spelling);

// Returns how many values the tensor has.
uint64_t Values(const Parameter& parameter);

}  // namespace train
