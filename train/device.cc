#include "train/device.h"

#include <ATen/autocast_mode.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "dataset/error.h"
#include "dataset/standardization.h"

namespace train {

using torch::Tensor;

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

// Page-locked memory by way of libtorch's own pinned allocator.
class PinnedAllocator : public dataset::BufferAllocator {
 public:
  void* Allocate(size_t bytes) override {
    Tensor tensor =
        torch::empty({static_cast<int64_t>(bytes)}, torch::TensorOptions().dtype(torch::kUInt8).pinned_memory(true));
    void* data = tensor.data_ptr();
    const std::lock_guard lock(mutex_);
    tensors_[data] = tensor;
    return data;
  }
  void Free(void* buffer, size_t) override {
    const std::lock_guard lock(mutex_);
    tensors_.erase(buffer);
  }

 private:
  std::mutex mutex_;
  std::map<void*, Tensor> tensors_;
};

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

std::unique_ptr<dataset::BufferAllocator> MakeBatchAllocator(const Compute& compute) {
  if (compute.device.is_cuda()) return std::make_unique<PinnedAllocator>();
  return nullptr;
}

BatchMover::BatchMover(const Compute& compute, const Normalization& normalization)
    : device_(compute.device), kind_(normalization.kind) {
  if (kind_ == NormalizationKind::kFixed) {
    const auto channels = static_cast<int64_t>(normalization.mean.size());
    const Tensor deviation = torch::tensor(normalization.std).view({1, channels, 1, 1});
    scale_ = (1 / deviation).to(device_);
    shift_ = (-torch::tensor(normalization.mean).view({1, channels, 1, 1}) / deviation).to(device_);
  } else if (Whitens(kind_)) {
    const auto values = static_cast<int64_t>(normalization.whitening->values());
    matrix_ = torch::tensor(normalization.whitening->matrix()).view({values, values}).t().to(device_);
    bias_ = torch::tensor(normalization.whitening->bias()).to(device_);
  }
}

// pixels: [valid, channels, H, W].
Tensor BatchMover::Standardize(const dataset::Batch& batch, const Tensor& pixels) const {
  const size_t values = static_cast<size_t>(batch.height) * static_cast<size_t>(batch.width * batch.channels);
  std::vector<float> scales, shifts;
  for (int slot = 0; slot < batch.valid; ++slot) {
    const auto* begin = static_cast<const uint8_t*>(batch.data) + static_cast<size_t>(slot) * values;
    const dataset::MeanAndStd own = dataset::PerSampleStandardization({begin, values});
    scales.push_back(1 / own.std);
    shifts.push_back(-own.mean / own.std);
  }
  const auto column = [&](const std::vector<float>& numbers) {
    return torch::tensor(numbers).view({batch.valid, 1, 1, 1}).to(device_);
  };
  return torch::addcmul(column(shifts), pixels, column(scales));
}

// bytes: [valid, H, W, channels].
Tensor BatchMover::Whiten(const dataset::Batch& batch, const Tensor& bytes) const {
  const Tensor rows = bytes.reshape({batch.valid, -1}).to(torch::kFloat32);
  return torch::addmm(bias_, rows, matrix_).view({batch.valid, batch.channels, batch.height, batch.width});
}

BatchMover::Result BatchMover::Move(const dataset::Batch& batch) const {
  assert(batch.format == dataset::PixelFormat::kUint8Nhwc);
  const Tensor host =
      torch::from_blob(batch.data, {batch.valid, batch.height, batch.width, batch.channels}, torch::kUInt8);
  const Tensor labels = torch::from_blob(const_cast<int64_t*>(batch.labels.data()), {batch.valid}, torch::kInt64);
  const Tensor bytes = host.to(device_, /*non_blocking=*/true);
  const auto pixels = [&] { return bytes.permute({0, 3, 1, 2}).to(torch::kFloat32); };
  const Tensor normalized = Whitens(kind_)                        ? Whiten(batch, bytes)
                            : kind_ == NormalizationKind::kSample ? Standardize(batch, pixels())
                                                                  : torch::addcmul(shift_, pixels(), scale_);
  Result result;
  // With one channel the permuted strides are ambiguous; ask for the format.
  result.pixels = normalized.contiguous(at::MemoryFormat::ChannelsLast);
  result.targets = result.labels = labels.to(device_, false, true);
  if (!batch.targets.empty()) {
    const int64_t classes = static_cast<int64_t>(batch.targets.size()) / batch.size;
    const Tensor targets =
        torch::from_blob(const_cast<float*>(batch.targets.data()), {batch.valid, classes}, torch::kFloat32);
    result.targets = targets.to(device_, false, true);
  }
  return result;
}

}  // namespace train
