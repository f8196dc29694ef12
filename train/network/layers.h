#pragma once

#include <torch/torch.h>

#include <functional>

#include "train/graph/layer.h"

namespace train {

// The arithmetic of single layers. Maps are NCHW, in any memory format.

// In zeros (or pixels cut off) at each side, for this input: TensorFlow's SAME padding depends on its size.
Padding PaddingOf(const Layer& layer, const torch::Tensor& x);
torch::Tensor PadWith(const torch::Tensor& x, const Padding& padding, double value);

// Overwrites x if told that it may.
torch::Tensor Activate(Activation activation, torch::Tensor x, bool may_overwrite);

torch::Tensor MaxPool(const Layer& layer, const torch::Tensor& x);
torch::Tensor AvgPool(const Layer& layer, const torch::Tensor& x);
torch::Tensor GlobalPool(Pooling pooling, const torch::Tensor& x);  // [N, C, H, W] to [N, C or 2 C, 1, 1]

// `function` on rows of channels: of each pixel of a map, or of a flat x itself.
torch::Tensor OverChannels(const torch::Tensor& x, const std::function<torch::Tensor(const torch::Tensor&)>& function);

}  // namespace train
