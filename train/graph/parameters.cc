#include "train/graph/parameters.h"

#include <algorithm>

#include "dataset/base/error.h"

namespace train {

namespace {

int64_t Outputs(int64_t size, int window, const Layer& layer, int before, int after) {
  if (layer.padding.mode == Padding::Mode::kSame) return (size + layer.stride - 1) / layer.stride;
  const int64_t rest = size + before + after - window;
  if (rest < 0) return 0;
  int64_t outputs = rest / layer.stride + 1;
  // A window may begin in the padding before the map but not in the padding behind it, as in PyTorch.
  if (layer.ceil && rest % layer.stride != 0 && outputs * layer.stride < size + before) ++outputs;
  return outputs;
}

int64_t Padded(int64_t size, int window, const Layer& layer, int before, int after) {
  if (layer.padding.mode == Padding::Mode::kExplicit) return size + before + after;
  return size + SamePadding(size, window, layer.stride);
}

Shape Infer(const Layer& layer, const std::vector<Shape>& shapes) {
  Shape shape = shapes[static_cast<size_t>(layer.inputs.front())];
  const Padding& padding = layer.padding;
  switch (layer.op) {
    case Op::kPad:
      shape.rows = Padded(shape.rows, layer.rows, layer, padding.top, padding.bottom);
      shape.columns = Padded(shape.columns, layer.columns, layer, padding.left, padding.right);
      break;
    case Op::kConv:
    case Op::kMaxPool:
    case Op::kAvgPool:
      shape.rows = Outputs(shape.rows, layer.rows, layer, padding.top, padding.bottom);
      shape.columns = Outputs(shape.columns, layer.columns, layer, padding.left, padding.right);
      break;
    case Op::kGlobalPool:
      shape.rows = shape.columns = 1;
      break;
    case Op::kFlatten:
      return {shape.channels * std::max<int64_t>(shape.rows, 1) * std::max<int64_t>(shape.columns, 1), 0, 0};
    default:
      break;
  }
  if (layer.channels != 0) shape.channels = layer.channels;
  return shape;
}

}  // namespace

std::vector<Shape> InferShapes(const Graph& graph, int image_size) {
  std::vector<Shape> shapes;
  for (const Layer& layer : graph.layers) {
    if (layer.op == Op::kInput) {
      shapes.push_back({layer.channels, image_size, image_size});
      continue;
    }
    const Shape shape = Infer(layer, shapes);
    const bool flat = shape.rows == 0 && shape.columns == 0 &&
                      (layer.op == Op::kFlatten || shapes[static_cast<size_t>(layer.inputs.front())].rows == 0);
    if (!flat && (shape.rows < 1 || shape.columns < 1)) {
      throw dataset::Error::Usage("`image_size` " + std::to_string(image_size) +
                                  " is too small: nothing is left of it at " + layer.names.keras);
    }
    shapes.push_back(shape);
  }
  return shapes;
}

std::vector<Parameter> Parameters(const Graph& graph, const std::vector<Shape>& shapes) {
  std::vector<Parameter> parameters;
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    const Layer& layer = graph.layers[i];
    const int index = static_cast<int>(i);
    const int64_t out = shapes[i].channels;
    const int64_t in = layer.inputs.empty() ? 0 : shapes[static_cast<size_t>(layer.inputs.front())].channels;
    auto add = [&](TensorRole role, std::vector<int64_t> shape) {
      parameters.push_back({index, role, std::move(shape)});
    };
    switch (layer.op) {
      case Op::kConv:
        add(TensorRole::kWeight, {out, in / layer.groups, layer.rows, layer.columns});
        if (layer.bias) add(TensorRole::kBias, {out});
        break;
      case Op::kDense:
        add(TensorRole::kWeight, {out, in});
        if (layer.bias) add(TensorRole::kBias, {out});
        break;
      case Op::kBatchNorm:
        if (layer.gamma) add(TensorRole::kWeight, {out});
        add(TensorRole::kBias, {out});
        add(TensorRole::kMean, {out});
        add(TensorRole::kVariance, {out});
        add(TensorRole::kBatches, {});
        break;
      case Op::kLayerNorm:
        add(TensorRole::kWeight, {out});
        add(TensorRole::kBias, {out});
        break;
      case Op::kLayerScale:
        add(TensorRole::kWeight, {out, 1, 1});
        break;
      default:
        break;
    }
  }
  return parameters;
}

std::string TensorName(const Layer& layer, TensorRole role, Spelling spelling) {
  const Names& names = layer.names;
  if (spelling != Spelling::kKeras) {
    const std::string& torch = names.torch.empty() ? names.keras : names.torch;
    const std::string& name = spelling == Spelling::kTimm && !names.timm.empty() ? names.timm : torch;
    if (layer.op == Op::kLayerScale) return name;
    switch (role) {
      case TensorRole::kWeight:
        return name + ".weight";
      case TensorRole::kBias:
        return name + ".bias";
      case TensorRole::kMean:
        return name + ".running_mean";
      case TensorRole::kVariance:
        return name + ".running_var";
      case TensorRole::kBatches:
        return name + ".num_batches_tracked";
    }
  }
  const bool norm = layer.op == Op::kBatchNorm || layer.op == Op::kLayerNorm || layer.op == Op::kLayerScale;
  switch (role) {
    case TensorRole::kWeight:
      if (norm) return names.keras + "/gamma";
      if (layer.keras_kernel == Layer::KerasKernel::kPointwise) return names.keras + "/pointwise_kernel";
      return names.keras + (layer.keras_kernel == Layer::KerasKernel::kNormal ? "/kernel" : "/depthwise_kernel");
    case TensorRole::kBias:
      return names.keras + (norm ? "/beta" : "/bias");
    case TensorRole::kMean:
      return names.keras + "/moving_mean";
    case TensorRole::kVariance:
      return names.keras + "/moving_variance";
    case TensorRole::kBatches:
      break;
  }
  return "";  // Keras has none
}

uint64_t Values(const Parameter& parameter) {
  uint64_t values = 1;
  for (const int64_t size : parameter.shape) values *= static_cast<uint64_t>(size);
  return values;
}

}  // namespace train
