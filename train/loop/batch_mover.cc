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

// `pixels` are [valid, channels, H, W].
Tensor BatchMover::Standardize(const dataset::Batch& batch, const Tensor& pixels) const {
  const size_t values = static_cast<size_t>(batch.height) * static_cast<size_t>(batch.width * batch.channels);
  std::vector<float> scales, shifts;
  for (int slot = 0; slot < batch.valid; ++slot) {
    const auto* begin = static_cast<const uint8_t*>(batch.data) + static_cast<size_t>(slot) * values;
    const dataset::MeanAndStd own = dataset::PerSampleStandardization({begin, values});
    scales.push_back(1 / own.stddev);
    shifts.push_back(-own.mean / own.stddev);
  }
  const auto column = [&](const std::vector<float>& numbers) {
    return torch::tensor(numbers).view({batch.valid, 1, 1, 1}).to(device_);
  };
  return torch::addcmul(column(shifts), pixels, column(scales));
}

// `bytes` are [valid, H, W, channels].
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
  // With one channel the strides fit both memory formats, so the format is asked for.
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
