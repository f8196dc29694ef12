#pragma once

#include <memory>

#include "dataset/io/mapped_file.h"
#include "train/weights/tensor_file.h"

namespace train {

// PyTorch's torch.save() of a state_dict: zip (1.6 and later) and legacy (five pickles, then storages). Non-contiguous
// tensors are copied into row-major order; others are views of the mapped file. Checkpoints that hold the state_dict
// under a key of theirs are read too, and raw weights win over their moving averages (see state_dict.h).
std::unique_ptr<TensorFile> OpenPth(dataset::MappedFile file);

}  // namespace train
