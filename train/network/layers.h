#pragma once

#include <torch/types.h>

#include <functional>

#include "train/graph/layer.h"

namespace train {

// The arithmetic of single layers. Maps are [N, C, H, W], in any memory format.

// Returns the layer's padding as explicit pixels on each side, negative if pixels are cut off. It depends on the size
// of x if the padding is TensorFlow's SAME.
Padding PaddingOf(const Layer& layer, const torch::Tensor& x);
torch::Tensor PadWith(const torch::Tensor& x, const Padding& padding, double value);

// Overwrites x if `may_overwrite`.
torch::Tensor Activate(Activation activation, torch::Tensor x, bool may_overwrite);

torch::Tensor MaxPool(const Layer& layer, const torch::Tensor& x);
torch::Tensor AvgPool(const Layer& layer, const torch::Tensor& x);
torch::Tensor GlobalPool(Pooling pooling, const torch::Tensor& x);  // [N, C, H, W] to [N, C or 2 C, 1, 1]

// Applies `function` to rows of channels: those of each pixel if x is a map, or x itself if it is flat.
torch::Tensor OverChannels(const torch::Tensor& x, const std::function<torch::Tensor(const torch::Tensor&)>& function);

}  // namespace train
