#pragma once

#include "tests/fuzz/fuzz.h"
#include "train/weights/tensor_file.h"

namespace dataset::fuzz {

// Reads every byte that the file says is a tensor's.
inline void TouchTensors(const train::TensorFile& file) {
  unsigned sum = 0;
  for (const train::TensorView& tensor : file.tensors()) {
    Check(train::TensorBytes(tensor.shape, tensor.dtype) == tensor.bytes.size());
    Check(file.Find(tensor.name) == &tensor);
    for (const char byte : tensor.bytes) sum += static_cast<unsigned char>(byte);
  }
  [[maybe_unused]] volatile unsigned used = sum;
}

}  // namespace dataset::fuzz
