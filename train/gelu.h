#pragma once

#include <torch/torch.h>

namespace train {

// x times Phi(x), with a gradient; overwrites x if told that it may and no gradient needs it. On a processor, in fp32
// and bf16, by gelu_kernel.h, which is several times as fast as libtorch's.
torch::Tensor Gelu(torch::Tensor x, bool may_overwrite);

}  // namespace train
