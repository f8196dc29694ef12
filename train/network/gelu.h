#pragma once

#include <torch/torch.h>

namespace train {

// x times Phi(x), with a gradient, of any shape, strides and floating type; overwrites x if told that it may and no
// gradient needs it. On a processor, in fp32 and bf16, by gelu_kernel.h, which is several times as fast as libtorch's.
// Thread-safe.
torch::Tensor Gelu(torch::Tensor x, bool may_overwrite);

}  // namespace train
