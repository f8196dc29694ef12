#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "dataset/load/batch.h"

namespace train {

// What a network and its loss read of a batch. Tensors that it has not are undefined.
struct BatchTensors {
  torch::Tensor bytes;           // [valid, H, W, channels] uint8
  torch::Tensor labels;          // [valid] int64
  torch::Tensor targets;         // [valid, classes] float32, of a batch with shares of classes
  torch::Tensor scales, shifts;  // [valid, 1, 1, 1] float32, for NormalizationKind::kSample
};

// A batch on the device.
struct DeviceBatch {
  BatchTensors tensors;
  std::vector<int64_t> labels;  // the same, for the host
  std::vector<uint32_t> ids;    // of the samples
  bool owned = false;           // whether the tensors stay after the lease
  dataset::BatchLease lease{};  // of the memory that the tensors lie in, if they are not owned

  int size() const { return static_cast<int>(labels.size()); }
};

}  // namespace train
