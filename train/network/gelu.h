#pragma once

#include <torch/types.h>

namespace train {

// Returns x * Phi(x) for a tensor of any shape, strides and floating type, with a gradient. Overwrites x if
// `may_overwrite` and no gradient needs x. On a CPU, fp32 and bf16 are computed by gelu_kernel.h, which is several
// times as fast as libtorch. Thread-safe.
torch::Tensor Gelu(torch::Tensor x, bool may_overwrite);

}  // namespace train
