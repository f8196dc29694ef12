#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "train/weights/tensor_file.h"
#include "train/weights/tensor_values.h"

namespace train {

// Returns a copy of a file's tensor, in host memory.
torch::Tensor AsTensor(const TensorView& view);
// Returns a file's tensor without copying it, if its alignment allows that. The result then shows the view's memory, so
// it must not outlive it and must not be written to.
torch::Tensor Borrow(const TensorView& view);

// Returns the file's tensor `name`. Throws dataset::Error, which names it, unless it is there with this shape and with
// values that are allowed.
const TensorView& FittingTensor(const TensorFile& file, const std::string& name, at::IntArrayRef shape,
                                AllowedValues allowed);
// Returns the file's int64 scalar `name`. Throws dataset::Error, which names it, if there is none.
int64_t FittingCount(const TensorFile& file, const std::string& name);

// Returns a view of a row-major copy of `tensor` in host memory. The copy is appended to `storage` and lives as long as
// it does. Throws dataset::Error for a type that weight files do not have.
TensorView AsView(const std::string& name, const torch::Tensor& tensor, std::vector<torch::Tensor>& storage);

}  // namespace train
