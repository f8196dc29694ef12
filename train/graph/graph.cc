#include "train/graph/graph.h"

#include <algorithm>
#include <utility>

namespace train {

void GraphBuilder::Group(std::string name) { graph_.groups.push_back(std::move(name)); }

std::string GraphBuilder::Auto(const std::string& base) {
  auto found = std::find_if(automatic_.begin(), automatic_.end(), [&](const auto& item) { return item.first == base; });
  if (found == automatic_.end()) {
    automatic_.emplace_back(base, 0);
    return base;
  }
  return base + "_" + std::to_string(++found->second);
}

GraphBuilder::Node GraphBuilder::Append(Layer layer, Names names, std::vector<Node> inputs) {
  if (graph_.groups.empty()) graph_.groups.emplace_back("stem");
  layer.listed = within_.empty() ? names.keras : within_;
  layer.names = std::move(names);
  layer.group = static_cast<int>(graph_.groups.size()) - 1;
  layer.inputs = std::move(inputs);
  if (layer.channels == 0 && layer.op != Op::kFlatten) layer.channels = channels(layer.inputs.front());
  graph_.layers.push_back(std::move(layer));
  return static_cast<Node>(graph_.layers.size()) - 1;
}

Layer GraphBuilder::Windowed(Op op, const Window& window) {
  Layer layer{.op = op};
  layer.rows = window.kernel;
  layer.columns = window.columns == 0 ? window.kernel : window.columns;
  layer.stride = window.stride;
  layer.padding = window.padding;
  layer.groups = window.groups;
  layer.bias = window.bias;
  layer.count_padding = window.count_padding;
  layer.ceil = window.ceil;
  return layer;
}

GraphBuilder::Node GraphBuilder::Input(std::string name, int channels) {
  Layer layer{.op = Op::kInput};
  layer.channels = channels;
  return Append(std::move(layer), {std::move(name), "", ""}, {});
}

GraphBuilder::Node GraphBuilder::Identity(Node x, std::string name) {
  return Append({.op = Op::kIdentity}, {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::Identity(std::vector<Node> inputs, std::string name) {
  return Append({.op = Op::kIdentity}, {std::move(name), "", ""}, std::move(inputs));
}

GraphBuilder::Node GraphBuilder::Pad(Node x, std::string name, Padding padding) {
  Layer layer{.op = Op::kPad};
  layer.padding = padding;
  return Append(std::move(layer), {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::PadSame(Node x, std::string name, int kernel, int stride) {
  Layer layer = Windowed(Op::kPad, {.kernel = kernel, .stride = stride, .padding = Padding::Same()});
  return Append(std::move(layer), {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::PadBefore(Window& window, Node x, std::string name, int pixels, bool itself) {
  if (itself) return Pad(x, std::move(name), Padding::All(pixels));
  window.padding = Padding::All(pixels);
  return Identity(x, std::move(name));
}

GraphBuilder::Node GraphBuilder::Conv(Node x, Names names, int channels, const Window& window) {
  Layer layer = Windowed(Op::kConv, window);
  layer.channels = channels;
  return Append(std::move(layer), std::move(names), {x});
}

GraphBuilder::Node GraphBuilder::Depthwise(Node x, Names names, Window window) {
  window.groups = channels(x);
  Layer layer = Windowed(Op::kConv, window);
  layer.keras_kernel = Layer::KerasKernel::kDepthwise;
  return Append(std::move(layer), std::move(names), {x});
}

GraphBuilder::Node GraphBuilder::Dense(Node x, Names names, int units, bool bias) {
  Layer layer{.op = Op::kDense};
  layer.channels = units;
  layer.bias = bias;
  return Append(std::move(layer), std::move(names), {x});
}

GraphBuilder::Node GraphBuilder::BatchNorm(Node x, Names names, const Norm& norm) {
  Layer layer{.op = Op::kBatchNorm};
  layer.eps = norm.eps;
  layer.momentum = norm.momentum;
  layer.gamma = norm.gamma;
  return Append(std::move(layer), std::move(names), {x});
}

GraphBuilder::Node GraphBuilder::LayerNorm(Node x, Names names, double eps) {
  Layer layer{.op = Op::kLayerNorm};
  layer.eps = eps;
  return Append(std::move(layer), std::move(names), {x});
}

GraphBuilder::Node GraphBuilder::Activate(Node x, std::string name, Activation activation) {
  Layer layer{.op = Op::kActivation};
  layer.activation = activation;
  return Append(std::move(layer), {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::MaxPool(Node x, std::string name, const Window& window) {
  return Append(Windowed(Op::kMaxPool, window), {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::AvgPool(Node x, std::string name, const Window& window) {
  return Append(Windowed(Op::kAvgPool, window), {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::GlobalPool(Node x, std::string name, Pooling pooling) {
  Layer layer{.op = Op::kGlobalPool};
  layer.pooling = pooling;
  layer.channels = channels(x) * (pooling == Pooling::kConcat ? 2 : 1);
  return Append(std::move(layer), {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::Flatten(Node x, std::string name) {
  return Append({.op = Op::kFlatten}, {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::Dropout(Node x, std::string name, double rate) {
  Layer layer{.op = Op::kDropout};
  layer.rate = rate;
  return Append(std::move(layer), {std::move(name), "", ""}, {x});
}

GraphBuilder::Node GraphBuilder::Add(Node first, Node second, std::string name, double scale) {
  Layer layer{.op = Op::kAdd};
  layer.scale = scale;
  return Append(std::move(layer), {std::move(name), "", ""}, {first, second});
}

GraphBuilder::Node GraphBuilder::Multiply(Node first, Node second, std::string name) {
  return Append({.op = Op::kMultiply}, {std::move(name), "", ""}, {first, second});
}

GraphBuilder::Node GraphBuilder::Concat(std::vector<Node> inputs, std::string name) {
  Layer layer{.op = Op::kConcat};
  for (const Node input : inputs) layer.channels += channels(input);
  return Append(std::move(layer), {std::move(name), "", ""}, std::move(inputs));
}

GraphBuilder::Node GraphBuilder::LayerScale(Node x, Names names) {
  return Append({.op = Op::kLayerScale}, std::move(names), {x});
}

}  // namespace train
