#include "train/network/network.h"

#include <algorithm>

#include "train/network/layers.h"

namespace train {

using torch::Tensor;

namespace {

// Whether the backward pass of an op does not read its output, so that the next layer may overwrite it.
bool MayBeOverwritten(Op op) {
  switch (op) {
    case Op::kConv:
    case Op::kBatchNorm:
    case Op::kDense:
    case Op::kAdd:
    case Op::kConcat:
    case Op::kLayerScale:
      return true;
    default:
      return false;
  }
}

}  // namespace

Network::Network(Graph graph, int image_size) : graph_(std::move(graph)), shapes_(InferShapes(graph_, image_size)) {
  PlanSteps();
  for (Parameter& parameter : Parameters(graph_, shapes_)) {
    const auto type = parameter.role == TensorRole::kBatches ? torch::kInt64 : torch::kFloat32;
    entries_.push_back({std::move(parameter), {}});
    entries_.back().tensor = torch::zeros(entries_.back().parameter.shape, type);
    Bind(entries_.back());
  }
}

void Network::Bind(Entry& entry) {
  Tensors& tensors = steps_[static_cast<size_t>(entry.parameter.layer)].tensors;
  switch (entry.parameter.role) {
    case TensorRole::kWeight:
      tensors.weight = entry.tensor;
      break;
    case TensorRole::kBias:
      tensors.bias = entry.tensor;
      break;
    case TensorRole::kMean:
      tensors.mean = entry.tensor;
      break;
    case TensorRole::kVariance:
      tensors.variance = entry.tensor;
      break;
    case TensorRole::kBatches:
      tensors.batches = entry.tensor;
      break;
  }
}

void Network::PlanSteps() {
  const std::vector<Layer>& layers = graph_.layers;
  steps_.resize(layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const int input : layers[i].inputs) {
      Step& step = steps_[static_cast<size_t>(input)];
      ++step.consumers;
      step.last_use = static_cast<int>(i);
    }
  }
  for (size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].inputs.empty()) continue;
    const auto input = static_cast<size_t>(layers[i].inputs.front());
    if (steps_[input].consumers != 1) continue;
    // A max-pool ignores its own padding, so zeros of a padding layer cannot become it.
    const bool takes_padding = layers[i].op == Op::kConv && layers[i].padding.mode == Padding::Mode::kExplicit &&
                               layers[i].padding.top == 0 && layers[i].padding.left == 0 &&
                               layers[i].padding.bottom == 0 && layers[i].padding.right == 0;
    if (layers[input].op == Op::kPad && takes_padding) {
      steps_[i].pad = static_cast<int>(input);
      steps_[input].is_merged = true;
    } else if (layers[i].op == Op::kBatchNorm && layers[input].op == Op::kConv) {
      steps_[i].conv = static_cast<int>(input);
      steps_[input].is_merged = true;
    }
  }
}

void Network::To(const torch::Device& device) {
  torch::NoGradGuard no_grad;
  for (Entry& entry : entries_) {
    Tensor moved = entry.tensor.to(device);
    if (moved.dim() == 4) moved = moved.contiguous(at::MemoryFormat::ChannelsLast);
    entry.tensor.set_data(moved);
  }
}

Tensor Network::Run(int begin, int end, const Tensor& input) const {
  std::vector<Tensor> values(static_cast<size_t>(end - begin) + 1);
  auto value = [&](int layer) -> Tensor& { return values[static_cast<size_t>(layer - begin + 1)]; };
  value(begin - 1) = input;
  for (int i = begin; i < end; ++i) {
    const Layer& layer = graph_.layers[static_cast<size_t>(i)];
    if (layer.op == Op::kInput) {
      value(i) = input;
      continue;
    }
    std::vector<Tensor> inputs;
    for (const int from : layer.inputs) inputs.push_back(value(from));
    // An addition may also overwrite its second input.
    if (layer.op == Op::kAdd && layer.scale == 1 && !MayOverwrite(layer.inputs[0], begin)) {
      std::swap(inputs[0], inputs[1]);
    }
    const bool may_overwrite = MayOverwrite(layer.inputs.front(), begin) ||
                               (layer.op == Op::kAdd && layer.scale == 1 && MayOverwrite(layer.inputs[1], begin));
    for (const int from : layer.inputs) {
      if (steps_[static_cast<size_t>(from)].last_use == i) value(from).reset();
    }
    value(i) = Compute(i, inputs, may_overwrite);
  }
  return value(end - 1);
}

int Network::CutBelow(int layer) const {
  // The lowest layer whose output is read by `cut` or a layer above it.
  int lowest = static_cast<int>(graph_.layers.size()) - 1;
  int cut = static_cast<int>(graph_.layers.size());
  const auto read = [&](int reader) {
    for (const int input : graph_.layers[static_cast<size_t>(reader)].inputs) lowest = std::min(lowest, input);
  };
  while (cut > 2) {
    read(--cut);
    if (cut <= layer && lowest == cut - 1 && !steps_[static_cast<size_t>(lowest)].is_merged) return cut;
  }
  return 0;
}

// Whether the layer's output may be overwritten: only its consumer sees it, and no backward pass needs it.
bool Network::MayOverwrite(int layer, int begin) const {
  const Step& step = steps_[static_cast<size_t>(layer)];
  return layer >= begin && step.consumers == 1 && !step.is_merged &&
         MayBeOverwritten(graph_.layers[static_cast<size_t>(layer)].op);
}

Tensor Network::Compute(int index, std::vector<Tensor>& inputs, bool may_overwrite) const {
  const Layer& layer = graph_.layers[static_cast<size_t>(index)];
  const Step& step = steps_[static_cast<size_t>(index)];
  Tensor& x = inputs.front();
  if (step.is_merged) return x;
  switch (layer.op) {
    case Op::kInput:
    case Op::kIdentity:
      return x;
    case Op::kPad:
      return PadWith(x, PaddingOf(layer, x), 0);
    case Op::kConv:
      return Convolve(index, x, step.tensors.weight, step.tensors.bias);
    case Op::kDense:
      // oneDNN's convolution is faster than the product of OpenBLAS, which libtorch would use.
      if (x.dim() == 4 && x.is_cpu()) {
        return torch::conv2d(x, step.tensors.weight.unsqueeze(-1).unsqueeze(-1), step.tensors.bias);
      }
      return OverChannels(
          x, [&](const Tensor& rows) { return torch::linear(rows, step.tensors.weight, step.tensors.bias); });
    case Op::kBatchNorm:
      return Normalize(index, x);
    case Op::kLayerNorm:
      return OverChannels(x, [&](const Tensor& rows) {
        // Debian's libtorch has no kernel for bf16 with fp32 weights.
        return torch::layer_norm(rows.to(step.tensors.weight.scalar_type()), step.tensors.weight.sizes(),
                                 step.tensors.weight, step.tensors.bias, layer.eps);
      });
    case Op::kActivation:
      return Activate(layer.activation, x, may_overwrite);
    case Op::kMaxPool:
      return MaxPool(layer, x);
    case Op::kAvgPool:
      return AvgPool(layer, x);
    case Op::kGlobalPool:
      return GlobalPool(layer.pooling, x);
    case Op::kFlatten:
      // The values must be in NCHW order, whatever the memory format.
      return x.contiguous().flatten(1);
    case Op::kDropout:
      return torch::dropout(x, layer.rate, step.training);
    case Op::kAdd:
      if (may_overwrite && x.scalar_type() == inputs[1].scalar_type()) return x.add_(inputs[1], layer.scale);
      return torch::add(x, inputs[1], layer.scale);
    case Op::kMultiply:
      return x * inputs[1];
    case Op::kConcat:
      return torch::cat(inputs, 1);
    case Op::kLayerScale:
      return x * step.tensors.weight;
  }
  return {};
}

Tensor Network::Convolve(int index, const Tensor& x, const Tensor& weight, const Tensor& bias) const {
  const Layer& layer = graph_.layers[static_cast<size_t>(index)];
  const int pad = steps_[static_cast<size_t>(index)].pad;
  Padding padding = PaddingOf(pad >= 0 ? graph_.layers[static_cast<size_t>(pad)] : layer, x);
  Tensor padded = x;
  if (padding.top != padding.bottom || padding.left != padding.right || padding.top < 0 || padding.left < 0) {
    padded = PadWith(x, padding, 0);
    padding = {};
  }
  return torch::conv2d(padded, weight, bias, {layer.stride, layer.stride}, {padding.top, padding.left}, {1, 1},
                       layer.groups);
}

Tensor Network::Normalize(int index, const Tensor& x) const {
  const Layer& layer = graph_.layers[static_cast<size_t>(index)];
  const Step& step = steps_[static_cast<size_t>(index)];
  const Tensors& norm = step.tensors;
  if (step.conv >= 0 && !step.training) {
    const Tensors& conv = steps_[static_cast<size_t>(step.conv)].tensors;
    Tensor scale = torch::rsqrt(norm.variance + layer.eps);
    if (norm.weight.defined()) scale = norm.weight * scale;
    const Tensor mean = conv.bias.defined() ? norm.mean - conv.bias : norm.mean;
    return Convolve(step.conv, x, conv.weight * scale.view({-1, 1, 1, 1}), norm.bias - mean * scale);
  }
  Tensor input = x;
  if (step.conv >= 0) {
    const Tensors& conv = steps_[static_cast<size_t>(step.conv)].tensors;
    input = Convolve(step.conv, x, conv.weight, conv.bias);
  }
  // One value per channel (one picture, one pixel) has no deviation, so such a batch is normed as in evaluation.
  const bool learns = step.training && input.numel() > input.size(1);
  if (learns) {
    torch::NoGradGuard no_grad;
    Tensor(norm.batches).add_(1);
  }
  return torch::batch_norm(input, norm.weight, norm.bias, norm.mean, norm.variance, learns,
                           norm_momentum_.value_or(layer.momentum), layer.eps, at::globalContext().userEnabledCuDNN());
}

}  // namespace train
