#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace train {

// What a network computes for every sample of a split, by id. Immutable.
class FeatureTable {
 public:
  // `rows` are [N, F], or [N, H, W, C] of maps, and `labels` N. `memory` is kept as long as the table, for rows that
  // are in memory of others.
  FeatureTable(torch::Tensor rows, std::vector<int64_t> labels, std::shared_ptr<const void> memory = nullptr)
      : rows_(std::move(rows)), labels_(std::move(labels)), memory_(std::move(memory)) {}

  uint64_t samples() const { return labels_.size(); }
  int64_t label(uint32_t id) const { return labels_[id]; }
  // Copies. Of these samples, in this order: [n, F], or maps [n, C, H, W] in channels_last. The ids must be below
  // samples().
  torch::Tensor Of(std::span<const uint32_t> ids, const torch::Device& device) const;
  // Of the samples from `first` on.
  torch::Tensor Of(uint64_t first, uint64_t count, const torch::Device& device) const;

  const torch::Tensor& rows() const { return rows_; }

 private:
  torch::Tensor rows_;
  std::vector<int64_t> labels_;
  std::shared_ptr<const void> memory_;
};

// Returns the rows of values as Network::Run gives them: [n, F] as they are, [n, C, H, W] as [n, H, W, C].
torch::Tensor RowsOf(const torch::Tensor& values);

}  // namespace train
