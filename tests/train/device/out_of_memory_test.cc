#include "train/device/out_of_memory.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace train {
namespace {

template <typename Error>
Error Make(const char* text) {
  return Error({__func__, __FILE__, static_cast<uint32_t>(__LINE__)}, text);
}

TEST(OutOfMemoryTest, IsKnownByTypeOrByText) {
  EXPECT_TRUE(IsOutOfMemory(Make<c10::OutOfMemoryError>("any text")));
  EXPECT_TRUE(IsOutOfMemory(std::bad_alloc()));
  // What versions of libtorch say where the type is a general one.
  for (const char* text :
       {"CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 7.79 GiB total capacity)", "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublas`", "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you "
        "tried to allocate 8 bytes. Error code 12 (Cannot allocate memory)"}) {
    EXPECT_TRUE(IsOutOfMemory(Make<c10::Error>(text))) << text;
  }
}

TEST(OutOfMemoryTest, OtherErrorsAreNot) {
  for (const char* text : {"CUDA error: device-side assert triggered", "mat1 and mat2 shapes cannot be multiplied",
                           "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"}) {
    EXPECT_FALSE(IsOutOfMemory(Make<c10::Error>(text))) << text;
  }
  EXPECT_FALSE(IsOutOfMemory(std::runtime_error("CUDA out of memory")));
}

}  // namespace
}  // namespace train
