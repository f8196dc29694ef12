#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace train {

// Building blocks that the backbones share. Tensors are NCHW, in any memory format.

// norm(conv(x)). While `norm` is frozen (in evaluation mode) it is an affine map per channel, so it is folded into the
// convolution's weights at each call: one pass over the activations instead of two, forward and backward, and gradients
// still reach the convolution's weight and the norm's weight and bias. Same result as torchvision's to rounding.
torch::Tensor ConvNorm(torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm, const torch::Tensor& x);

// As above with TensorFlow's SAME padding: ceil(size / stride) outputs, an odd pixel of padding goes to the bottom and
// right. `conv` itself has no padding.
torch::Tensor SameConvNorm(torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm, const torch::Tensor& x);

// min(max(x, 0), 6), in place.
torch::Tensor Relu6(torch::Tensor x);

// Fills every parameter of `module` by its name: convolution and dense weights He-normal over their inputs (He et al.
// 2015, gain sqrt(2)), the last dense layer `head` normal with deviation 0.01, norms 1 and biases 0. A value depends on
// (seed, name) alone.
void InitializeParameters(torch::nn::Module& module, const std::string& head, uint64_t seed);

}  // namespace train
