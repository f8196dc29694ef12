#pragma once

#include <torch/types.h>

#include <memory>

#include "dataset/load/batch.h"
#include "train/device/device_batch.h"
#include "train/loop/normalization.h"
#include "train/network/compute.h"

namespace train {

// Returns an allocator of batch memory that a GPU can copy from directly; nullptr for the CPU, which needs none.
std::unique_ptr<dataset::BufferAllocator> MakeBatchAllocator(const Compute& compute);

// Moves batches of the format kUint8Nhwc to the device and normalises them there.
class BatchMover {
 public:
  BatchMover(const Compute& compute, const Normalization& normalization);

  struct Result {
    torch::Tensor pixels;   // [valid, channels, H, W] float32, channels_last; undefined if the batch has none
    torch::Tensor labels;   // [valid] int64
    torch::Tensor targets;  // [valid, classes] float32 if the batch has targets, otherwise the labels
  };
  // May copy asynchronously: the batch must live until the device has been synchronised.
  Result Move(const dataset::Batch& batch) const { return Prepare(ToDevice(HostTensors(batch))); }

  // The parts of it: what has to be copied, which lies in the batch's memory where it can; the copy, on the device's
  // own stream; and what is computed there.
  BatchTensors HostTensors(const dataset::Batch& batch) const;
  BatchTensors ToDevice(const BatchTensors& host) const;
  Result Prepare(const BatchTensors& batch) const;

 private:
  torch::Tensor Whiten(const torch::Tensor& bytes) const;

  torch::Device device_;
  NormalizationKind kind_;
  torch::Tensor scale_, shift_;  // for kFixed: [1, channels, 1, 1]
  torch::Tensor matrix_, bias_;  // for kZca and kPca: one column for each value of the result
};

}  // namespace train
