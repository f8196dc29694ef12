#include "train/loop/batch_mover.h"

#include <cassert>
#include <map>
#include <mutex>
#include <vector>

#include "dataset/load/standardization.h"

namespace train {

using torch::Tensor;

namespace {

// Allocates page-locked memory through libtorch's pinned allocator.
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

std::unique_ptr<dataset::BufferAllocator> MakeBatchAllocator(const Compute& compute) {
  if (compute.device.is_cuda()) return std::make_unique<PinnedAllocator>();
  return nullptr;
}

BatchMover::BatchMover(const Compute& compute, const Normalization& normalization)
    : device_(compute.device), kind_(normalization.kind) {
  if (kind_ == NormalizationKind::kFixed) {
    const auto channels = static_cast<int64_t>(normalization.mean.size());
    const Tensor deviation = torch::tensor(normalization.stddev).view({1, channels, 1, 1});
    scale_ = (1 / deviation).to(device_);
    shift_ = (-torch::tensor(normalization.mean).view({1, channels, 1, 1}) / deviation).to(device_);
  } else if (Whitens(kind_)) {
    const auto values = static_cast<int64_t>(normalization.whitening->values());
    matrix_ = torch::tensor(normalization.whitening->matrix()).view({values, values}).t().to(device_);
    bias_ = torch::tensor(normalization.whitening->bias()).to(device_);
  }
}

namespace {

// Sets what pixels are multiplied by, and what is added then.
void Standardize(const dataset::Batch& batch, BatchTensors* tensors) {
  const size_t values = static_cast<size_t>(batch.height) * static_cast<size_t>(batch.width * batch.channels);
  std::vector<float> scales, shifts;
  for (int slot = 0; slot < batch.valid; ++slot) {
    const auto* begin = static_cast<const uint8_t*>(batch.data) + static_cast<size_t>(slot) * values;
    const dataset::MeanAndStd own = dataset::PerSampleStandardization({begin, values});
    scales.push_back(1 / own.stddev);
    shifts.push_back(-own.mean / own.stddev);
  }
  tensors->scales = torch::tensor(scales).view({batch.valid, 1, 1, 1});
  tensors->shifts = torch::tensor(shifts).view({batch.valid, 1, 1, 1});
}

}  // namespace

BatchTensors BatchMover::HostTensors(const dataset::Batch& batch) const {
  assert(batch.format == dataset::PixelFormat::kUint8Nhwc);
  BatchTensors host;
  const bool has_pixels = batch.data != nullptr;
  if (has_pixels) {
    host.bytes = torch::from_blob(batch.data, {batch.valid, batch.height, batch.width, batch.channels}, torch::kUInt8);
  }
  host.labels = torch::from_blob(const_cast<int64_t*>(batch.labels.data()), {batch.valid}, torch::kInt64);
  if (!batch.targets.empty()) {
    const int64_t classes = static_cast<int64_t>(batch.targets.size()) / batch.size;
    host.targets = torch::from_blob(const_cast<float*>(batch.targets.data()), {batch.valid, classes}, torch::kFloat32);
  }
  if (has_pixels && kind_ == NormalizationKind::kSample) Standardize(batch, &host);
  return host;
}

BatchTensors BatchMover::ToDevice(const BatchTensors& host) const {
  const auto copy = [&](const Tensor& tensor) {
    return tensor.defined() ? tensor.to(device_, /*non_blocking=*/true) : tensor;
  };
  return {copy(host.bytes), copy(host.labels), copy(host.targets), copy(host.scales), copy(host.shifts)};
}

// `bytes` are [valid, H, W, channels].
Tensor BatchMover::Whiten(const Tensor& bytes) const {
  const Tensor rows = bytes.reshape({bytes.size(0), -1}).to(torch::kFloat32);
  return torch::addmm(bias_, rows, matrix_).view({bytes.size(0), bytes.size(3), bytes.size(1), bytes.size(2)});
}

BatchMover::Result BatchMover::Prepare(const BatchTensors& batch) const {
  Result result;
  result.labels = batch.labels;
  result.targets = batch.targets.defined() ? batch.targets : batch.labels;
  if (!batch.bytes.defined()) return result;
  const auto pixels = [&] { return batch.bytes.permute({0, 3, 1, 2}).to(torch::kFloat32); };
  const Tensor normalized = Whitens(kind_)                        ? Whiten(batch.bytes)
                            : kind_ == NormalizationKind::kSample ? torch::addcmul(batch.shifts, pixels(), batch.scales)
                                                                  : torch::addcmul(shift_, pixels(), scale_);
  // With one channel the strides fit both memory formats, so the format is asked for.
  result.pixels = normalized.contiguous(at::MemoryFormat::ChannelsLast);
  return result;
}

}  // namespace train
