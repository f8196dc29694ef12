#pragma once

#include <torch/types.h>

namespace train {

enum class Rectifier { kRelu, kRelu6 };

// Returns max(x, 0), and of kRelu6 at most 6, for a tensor of any shape, strides and floating type, with a gradient,
// which is 0 at 0 and at 6. Overwrites x if `may_overwrite`; the function that made x must then not need it. On a CPU,
// bf16 is computed by rectifier_kernel.h: libtorch goes by fp32, and keeps a copy of x for the gradient. Thread-safe.
torch::Tensor Rectify(Rectifier rectifier, torch::Tensor x, bool may_overwrite);

}  // namespace train
