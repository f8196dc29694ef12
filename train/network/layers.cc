#include "train/network/layers.h"

#include <algorithm>
#include <limits>

#include "train/network/gelu.h"
#include "train/network/rectifier.h"

namespace train {

using torch::Tensor;

namespace {

bool IsSymmetric(const Padding& padding) { return padding.top == padding.bottom && padding.left == padding.right; }

}  // namespace

Padding PaddingOf(const Layer& layer, const Tensor& x) {
  if (layer.padding.mode == Padding::Mode::kExplicit) return layer.padding;
  const auto rows = static_cast<int>(SamePadding(x.size(2), layer.rows, layer.stride)),
             columns = static_cast<int>(SamePadding(x.size(3), layer.columns, layer.stride));
  return Padding::Of(rows / 2, columns / 2, rows - rows / 2, columns - columns / 2);
}

Tensor PadWith(const Tensor& x, const Padding& padding, double value) {
  return torch::constant_pad_nd(x, {padding.left, padding.right, padding.top, padding.bottom}, value);
}

Tensor Activate(Activation activation, Tensor x, bool may_overwrite) {
  switch (activation) {
    case Activation::kRelu:
      return Rectify(Rectifier::kRelu, x, may_overwrite);
    case Activation::kRelu6:
      return Rectify(Rectifier::kRelu6, x, may_overwrite);
    case Activation::kSilu:
      return torch::silu(x);
    case Activation::kHardSwish:
      return torch::hardswish(x);
    case Activation::kHardSigmoid:
      return torch::hardsigmoid(x);
    case Activation::kSigmoid:
      return torch::sigmoid(x);
    case Activation::kGelu:
      return Gelu(x, may_overwrite);
  }
  return x;
}

Tensor MaxPool(const Layer& layer, const Tensor& x) {
  const Padding padding = PaddingOf(layer, x);
  const Tensor padded = IsSymmetric(padding) ? x : PadWith(x, padding, -std::numeric_limits<double>::infinity());
  const std::vector<int64_t> around =
      IsSymmetric(padding) ? std::vector<int64_t>{padding.top, padding.left} : std::vector<int64_t>{0, 0};
  return torch::max_pool2d(padded, {layer.rows, layer.columns}, {layer.stride, layer.stride}, around, {1, 1},
                           layer.ceil);
}

Tensor AvgPool(const Layer& layer, const Tensor& x) {
  const Padding padding = PaddingOf(layer, x);
  const std::vector<int64_t> window = {layer.rows, layer.columns}, stride = {layer.stride, layer.stride};
  if (IsSymmetric(padding)) {
    return torch::avg_pool2d(x, window, stride, {padding.top, padding.left}, layer.ceil, layer.count_padding);
  }
  const Tensor mean = torch::avg_pool2d(PadWith(x, padding, 0), window, stride);
  if (layer.count_padding) return mean;
  // The part of each window that lies inside the map.
  const Tensor inside = torch::ones({1, 1, x.size(2), x.size(3)}, x.options());
  return mean / torch::avg_pool2d(PadWith(inside, padding, 0), window, stride);
}

Tensor GlobalPool(Pooling pooling, const Tensor& x) {
  switch (pooling) {
    case Pooling::kAvg:
      return x.mean({2, 3}, true);
    case Pooling::kMax:
      return x.amax({2, 3}, true);
    case Pooling::kConcat:
      return torch::cat({x.mean({2, 3}, true), x.amax({2, 3}, true)}, 1);
    case Pooling::kFlatten:
      break;
  }
  return x;
}

Tensor OverChannels(const Tensor& x, const std::function<Tensor(const Tensor&)>& function) {
  if (x.dim() == 2) return function(x);
  return function(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
}

}  // namespace train
