#include "train/device/out_of_memory.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <new>
#include <string_view>

namespace train {

bool IsOutOfMemory(const std::exception& error) {
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const c10::Error*>(&error) == nullptr) return false;
  constexpr std::string_view kTexts[] = {
      "CUDA out of memory",    "CUDA error: out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED",
      "can't allocate memory", "not enough memory",         "HIP out of memory",
  };
  const std::string_view text = error.what();
  return std::any_of(std::begin(kTexts), std::end(kTexts),
                     [&](std::string_view part) { return text.find(part) != text.npos; });
}

}  // namespace train
