#include "train/network/compute.h"

#include <ATen/autocast_mode.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "dataset/base/error.h"
#include "train/network/idle_threads.h"

namespace train {

namespace {

bool ProcessorMultipliesBf16() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

// Reserves address space at the heap's top in huge pages, so that growing it is cheap.
void ReserveHeap() {
  const size_t physical = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t bytes = std::min(size_t{8} << 30, physical / 2);
  void* memory = std::malloc(bytes);
  if (memory == nullptr) return;
  constexpr uintptr_t kPage = uintptr_t{2} << 20;
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(memory) + kPage - 1) / kPage * kPage;
  const uintptr_t end = (reinterpret_cast<uintptr_t>(memory) + bytes) / kPage * kPage;
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  std::free(memory);
}

}  // namespace

Compute ResolveCompute(const std::string& device, const std::string& precision) {
  Compute compute;
  const bool cuda = torch::cuda::is_available();
  if (device == "cuda" && !cuda) {
    throw dataset::Error::Usage(
        "--device cuda: this libtorch sees no GPU; Debian's has no CUDA, build against PyPI's (TORCH_ROOT)");
  }
  if (device == "cuda" || (device == "auto" && cuda)) compute.device = torch::Device(torch::kCUDA, 0);
  const bool hardware = compute.device.is_cuda() || ProcessorMultipliesBf16();
  if (precision == "bf16" && !hardware) {
    throw dataset::Error::Usage("--precision bf16: this processor has no bf16 arithmetic (avx512_bf16); use fp32");
  }
  if (precision == "bf16" || (precision == "auto" && hardware)) compute.precision = Precision::kBf16;
  return compute;
}

int DefaultComputeThreads() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

int DefaultLoaderThreads() {
  constexpr int kMost = 16;
  return std::min(DefaultComputeThreads(), kMost);
}

std::string DeviceName(const Compute& compute) { return compute.device.is_cuda() ? "cuda" : "cpu"; }
std::string PrecisionName(const Compute& compute) { return compute.precision == Precision::kBf16 ? "bf16" : "fp32"; }

void PrepareProcess(int compute_threads) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  ReserveHeap();
  LetIdleThreadsSleep();
  at::set_num_threads(compute_threads);
  // Chosen by time, algorithms would differ from run to run.
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setDeterministicCuDNN(true);
}

AutocastScope::AutocastScope(const Compute& compute) : on_(compute.precision == Precision::kBf16) {
  if (!on_) return;
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_dtype(compute.device.type(), at::kBFloat16);
  at::autocast::set_autocast_enabled(compute.device.type(), true);
#else
  if (compute.device.is_cuda()) {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    at::autocast::set_enabled(true);
  } else {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(true);
  }
#endif
  at::autocast::increment_nesting();
}

AutocastScope::~AutocastScope() {
  if (!on_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_enabled(at::kCPU, false);
  at::autocast::set_autocast_enabled(at::kCUDA, false);
#else
  at::autocast::set_enabled(false);
  at::autocast::set_cpu_enabled(false);
#endif
}

}  // namespace train
