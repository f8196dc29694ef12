#pragma once

#include <torch/torch.h>

#include <memory>

#include "dataset/load/batch.h"
#include "train/loop/normalization.h"
#include "train/network/compute.h"

namespace train {

// Batch memory that a GPU can copy from directly; nullptr (plain memory will do) for the processor.
std::unique_ptr<dataset::BufferAllocator> MakeBatchAllocator(const Compute& compute);

// Moves kUint8Nhwc batches to the device and normalises them there.
class BatchMover {
 public:
  BatchMover(const Compute& compute, const Normalization& normalization);

  struct Result {
    torch::Tensor pixels;   // [valid, channels, H, W] float32, channels_last
    torch::Tensor labels;   // [valid] int64
    torch::Tensor targets;  // [valid, classes] float32 of a batch that has them, else labels
  };
  // May copy asynchronously: keep the batch until the device has been waited for.
  Result Move(const dataset::Batch& batch) const;

 private:
  torch::Tensor Standardize(const dataset::Batch& batch, const torch::Tensor& pixels) const;
  torch::Tensor Whiten(const dataset::Batch& batch, const torch::Tensor& bytes) const;

  torch::Device device_;
  NormalizationKind kind_;
  torch::Tensor scale_, shift_;  // of kFixed: [1, channels, 1, 1]
  torch::Tensor matrix_, bias_;  // of kZca and kPca: a column for each value of the result
};

}  // namespace train
