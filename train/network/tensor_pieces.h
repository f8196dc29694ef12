#pragma once

#include <ATen/TensorIterator.h>
#include <torch/types.h>

#include <cstddef>
#include <cstdint>

namespace train {

// How kernels, which know arrays alone, get at tensors of any strides.

// Calls kernel(inputs..., count, output) for contiguous pieces of the tensors, whose first is the output and has
// kInputs inputs after it, on libtorch's threads. T is as large as their elements.
template <typename T, size_t kInputs, typename Kernel>
void ForPiecesOf(at::TensorIterator& tensors, const Kernel& kernel) {
  static_assert(kInputs == 1 || kInputs == 2);
  tensors.for_each([&](char** data, const int64_t* strides, int64_t count) {
    bool is_dense = true;
    for (size_t i = 0; i <= kInputs; ++i) is_dense = is_dense && strides[i] == sizeof(T);
    const int64_t step = is_dense ? count : 1;
    for (int64_t at = 0; at < count; at += step) {
      auto pointer = [&](size_t i) { return reinterpret_cast<T*>(data[i] + at * strides[i]); };
      if constexpr (kInputs == 1) {
        kernel(pointer(1), static_cast<size_t>(step), pointer(0));
      } else {
        kernel(pointer(1), pointer(2), static_cast<size_t>(step), pointer(0));
      }
    }
  });
}

}  // namespace train
