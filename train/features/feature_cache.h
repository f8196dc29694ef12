#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace train {

// The features of the samples of one batch. Padding is left out: all three members have Batch::valid rows.
struct BatchFeatures {
  torch::Tensor values;  // the result of Classifier::Features, on the device
  std::vector<int64_t> labels;
  std::vector<uint32_t> ids;
};

// Keeps the features of all batches of a stream, in its order, while the backbone does not change. If they take more
// than kMaxBytes, none are kept. Not thread-safe.
class FeatureCache {
 public:
  static constexpr size_t kMaxBytes = size_t{512} << 20;  // the most bytes of values

  // Forgets everything. Afterwards batches are kept only if `keeps`; otherwise Add and Complete do nothing.
  void Reset(bool keeps);
  // Forgets the batches; must be called before the first batch of the stream is added.
  void Restart();
  void Add(BatchFeatures features);
  // Must be called after the last batch of the stream.
  void Complete();

  // Whether batches() holds all batches of the stream.
  bool complete() const { return complete_; }
  const std::vector<BatchFeatures>& batches() const { return batches_; }

 private:
  bool keeps_ = false;
  bool complete_ = false;
  size_t bytes_ = 0;  // bytes of all batches added since Restart, kept or not
  std::vector<BatchFeatures> batches_;
};

}  // namespace train
