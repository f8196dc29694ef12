#pragma once

#include <filesystem>
#include <memory>

#include "train/weights/tensor_file.h"

namespace train {

// PyTorch's torch.save() of a state_dict: zip (1.6 and later) and legacy (five pickles, then storages). Non-contiguous
// tensors are copied into row-major order; others are views of the mapped file.
std::unique_ptr<TensorFile> OpenPth(const std::filesystem::path& path);

}  // namespace train
