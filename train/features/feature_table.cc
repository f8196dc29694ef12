#include "train/features/feature_table.h"

#include <algorithm>

namespace train {

using torch::Tensor;

namespace {

Tensor ValuesOf(const Tensor& rows, const torch::Device& device) {
  const Tensor moved = rows.to(device);
  return moved.dim() == 4 ? moved.permute({0, 3, 1, 2}) : moved;
}

}  // namespace

Tensor FeatureTable::Of(std::span<const uint32_t> ids, const torch::Device& device) const {
  Tensor indices = torch::empty({static_cast<int64_t>(ids.size())}, torch::kInt64);
  std::copy(ids.begin(), ids.end(), indices.data_ptr<int64_t>());
  return ValuesOf(rows_.index_select(0, indices.to(rows_.device())), device);
}

Tensor FeatureTable::Of(uint64_t first, uint64_t count, const torch::Device& device) const {
  return ValuesOf(rows_.slice(0, static_cast<int64_t>(first), static_cast<int64_t>(first + count)).clone(), device);
}

Tensor RowsOf(const Tensor& values) { return (values.dim() == 4 ? values.permute({0, 2, 3, 1}) : values).contiguous(); }

}  // namespace train
