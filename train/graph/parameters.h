#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// Of one picture. A flat output has rows == columns == 0.
struct Shape {
  int64_t channels = 0, rows = 0, columns = 0;
  bool operator==(const Shape&) const = default;
};

// The shape of each layer's output for pictures of image_size x image_size. Throws dataset::Error::Usage, naming the
// layer, where nothing would be left of them.
std::vector<Shape> InferShapes(const Graph& graph, int image_size);

enum class TensorRole { kWeight, kBias, kMean, kVariance, kBatches };

// A tensor of a layer, in PyTorch's layout: convolutions [out, in / groups, rows, columns], dense [out, in].
struct Parameter {
  int layer = 0;
  TensorRole role = TensorRole::kWeight;
  std::vector<int64_t> shape;
  bool learned() const { return role == TensorRole::kWeight || role == TensorRole::kBias; }  // else a norm's statistic
};

// All tensors of the network, in the order of its layers.
std::vector<Parameter> Parameters(const Graph& graph, const std::vector<Shape>& shapes);

enum class Spelling { kTorch, kTimm, kKeras };

// What files of that spelling call it: "layer1.0.conv1.weight"; Keras' "conv2_block1_1_conv/kernel".
std::string TensorName(const Layer& layer, TensorRole role, Spelling spelling);

uint64_t Values(const Parameter& parameter);

}  // namespace train
