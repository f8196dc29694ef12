#include "train/network/compute.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <malloc.h>
#include <sys/mman.h>
#include <torch/cuda.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "dataset/base/error.h"

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

Precision BestPrecision(const torch::Device& device) {
  if (device.is_cpu()) return ProcessorMultipliesBf16() ? Precision::kBf16 : Precision::kFp32;
  return at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8() ? Precision::kBf16 : Precision::kFp16;
}

// Reserves address space of huge pages at the top of the heap, so that the heap grows cheaply.
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

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
bool AutocastEnabled(torch::DeviceType device) { return at::autocast::is_autocast_enabled(device); }
at::ScalarType AutocastDtype(torch::DeviceType device) { return at::autocast::get_autocast_dtype(device); }
void SetAutocast(torch::DeviceType device, bool enabled, at::ScalarType dtype) {
  at::autocast::set_autocast_dtype(device, dtype);
  at::autocast::set_autocast_enabled(device, enabled);
}
#else
bool AutocastEnabled(torch::DeviceType device) {
  return device == torch::kCUDA ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
}
at::ScalarType AutocastDtype(torch::DeviceType device) {
  return device == torch::kCUDA ? at::autocast::get_autocast_gpu_dtype() : at::autocast::get_autocast_cpu_dtype();
}
void SetAutocast(torch::DeviceType device, bool enabled, at::ScalarType dtype) {
  if (device == torch::kCUDA) {
    at::autocast::set_autocast_gpu_dtype(dtype);
    at::autocast::set_enabled(enabled);
  } else {
    at::autocast::set_autocast_cpu_dtype(dtype);
    at::autocast::set_cpu_enabled(enabled);
  }
}
#endif

}  // namespace

Compute ResolveCompute(DeviceKind device, Precision precision) {
  Compute compute;
  const bool cuda = torch::cuda::is_available();
  if (device == DeviceKind::kCuda && !cuda) {
    throw dataset::Error::Usage(
        "`device` cuda: this libtorch sees no GPU; Debian's has no CUDA, so build against PyPI's (TORCH_ROOT)");
  }
  if (device == DeviceKind::kCuda || (device == DeviceKind::kAuto && cuda))
    compute.device = torch::Device(torch::kCUDA, 0);
  if (precision == Precision::kBf16 && compute.device.is_cpu() && !ProcessorMultipliesBf16()) {
    throw dataset::Error::Usage("`precision` bf16: this processor has no bf16 arithmetic (avx512_bf16); use fp32");
  }
  if (precision == Precision::kFp16 && compute.device.is_cpu()) {
    throw dataset::Error::Usage("`precision` fp16 is for a GPU; on a processor use auto, fp32 or bf16");
  }
  compute.precision = precision == Precision::kAuto ? BestPrecision(compute.device) : precision;
  return compute;
}

int DefaultComputeThreads() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

int DefaultLoaderThreads() {
  constexpr int kMost = 16;
  return std::min(DefaultComputeThreads(), kMost);
}

DeviceKind KindOf(const torch::Device& device) { return device.is_cuda() ? DeviceKind::kCuda : DeviceKind::kCpu; }

void PrepareProcess(int compute_threads, Deterministic deterministic) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  ReserveHeap();
  at::set_num_threads(compute_threads);
  // Algorithms that are chosen by their measured time differ from run to run.
  at::globalContext().setBenchmarkCuDNN(deterministic == Deterministic::kNo);
  at::globalContext().setDeterministicCuDNN(deterministic == Deterministic::kYes);
}

AutocastScope::AutocastScope(const Compute& compute)
    : device_(compute.device.type()), was_enabled_(AutocastEnabled(device_)), dtype_before_(AutocastDtype(device_)) {
  const bool fp16 = compute.precision == Precision::kFp16, enabled = fp16 || compute.precision == Precision::kBf16;
  SetAutocast(device_, enabled, enabled ? (fp16 ? at::kHalf : at::kBFloat16) : dtype_before_);
  at::autocast::increment_nesting();
}

AutocastScope::~AutocastScope() {
  // The cache holds copies of weights in that type, which an optimizer may change after this.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  SetAutocast(device_, was_enabled_, dtype_before_);
}

}  // namespace train
