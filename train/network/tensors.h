#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "train/weights/tensor_file.h"

namespace train {

// A copy of a file's tensor.
torch::Tensor AsTensor(const TensorView& view);
// The same without a copy where the bytes lie well: reads the view's memory, so must not outlive or change it.
torch::Tensor Borrow(const TensorView& view);

// The other way: a row-major copy of `tensor` in host memory, kept alive in `storage`. Throws dataset::Error for a type
// that weight files do not have.
TensorView AsView(const std::string& name, const torch::Tensor& tensor, std::vector<torch::Tensor>& storage);

}  // namespace train
