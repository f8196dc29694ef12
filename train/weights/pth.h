#pragma once

#include <memory>
#include <string_view>

#include "dataset/io/mapped_file.h"
#include "train/weights/tensor_file.h"

namespace train {

// Opens a file that torch.save() wrote of a state_dict or of a checkpoint that holds one (state_dict.h says how it is
// found, and what `key` is). Reads the zip format of PyTorch 1.6 and later and the legacy one (five pickles, then
// storages). Tensors that are not contiguous are copied to row-major order; the others are views of the mapped file.
// Throws dataset::Error.
std::unique_ptr<TensorFile> OpenPth(dataset::MappedFile file, std::string_view key = {});

}  // namespace train
