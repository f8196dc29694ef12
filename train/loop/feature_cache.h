#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace train {

// What the backbone makes of one batch, and whose it is. Padding is left out: all three have `valid` rows.
struct BatchFeatures {
  torch::Tensor values;  // what Classifier::Features gives, on the device
  std::vector<int64_t> labels;
  std::vector<uint32_t> ids;
};

// The features of every batch of a stream, in its order, for as long as the backbone does not change. All or none: if
// they take more than kMaxBytes, none are kept. Not thread-safe.
class FeatureCache {
 public:
  static constexpr size_t kMaxBytes = size_t{512} << 20;  // of values

  // Forgets everything. From then on batches are kept if `keeps`, else Add and Complete do nothing.
  void Reset(bool keeps);
  // Begins at the stream's first batch again.
  void Restart();
  void Add(BatchFeatures features);
  // The stream has come to its end.
  void Complete();

  // Whether batches() are all those of the stream.
  bool complete() const { return complete_; }
  const std::vector<BatchFeatures>& batches() const { return batches_; }

 private:
  bool keeps_ = false;
  bool complete_ = false;
  size_t bytes_ = 0;  // of all that were added since Restart, kept or not
  std::vector<BatchFeatures> batches_;
};

}  // namespace train
