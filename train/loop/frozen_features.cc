#include "train/loop/frozen_features.h"

#include <algorithm>
#include <string>
#include <utility>

#include "train/features/feature_cache.h"
#include "train/loop/feature_pass.h"

namespace train {

namespace {

// Batches of samples that a table has.
class TableBatches : public dataset::BatchSource {
 public:
  TableBatches(const FeatureTable& table, std::vector<uint32_t> order, uint64_t batch_size, uint64_t first)
      : table_(table), order_(std::move(order)), size_(batch_size), next_(first * batch_size) {}

  dataset::BatchLease Next() override {
    if (next_ >= order_.size()) return {};
    const auto valid = std::min<uint64_t>(size_, order_.size() - next_);
    batch_.size = static_cast<int>(size_);
    batch_.valid = static_cast<int>(valid);
    batch_.ids.assign(size_, 0);
    batch_.labels.assign(size_, 0);
    batch_.empty.assign(size_, 0);
    for (size_t i = 0; i < valid; ++i) {
      batch_.ids[i] = order_[next_ + i];
      batch_.labels[i] = table_.label(batch_.ids[i]);
    }
    batch_.first = next_;
    next_ += valid;
    return {&batch_, [](dataset::Batch*) {}};
  }

 private:
  const FeatureTable& table_;
  std::vector<uint32_t> order_;
  uint64_t size_;
  uint64_t next_;
  dataset::Batch batch_;
};

}  // namespace

bool FrozenFeatures::Begin(uint64_t batches, const std::function<bool()>& stop,
                           const std::function<void(int)>& advance) {
  table_.reset();
  const int boundary = model_.boundary();
  if (!train_ || boundary == 0 || batches * train_->view.batch_size < train_->view.samples) return true;
  const auto& shape = model_.network().shapes()[static_cast<size_t>(boundary - 1)];
  // In fp32; lower precisions take less.
  const uint64_t row_bytes = static_cast<uint64_t>(shape.channels * shape.rows * shape.columns) * sizeof(float);
  const FeaturePass pass{.extractor = extractor_, .stream = train_->stream, .view = train_->view};
  CollectedFeatures collected = CollectFeatures(pass, row_bytes, FeatureCache::kMaxBytes, stop, advance);
  table_ = std::move(collected.table);
  return !collected.stopped;
}

std::unique_ptr<dataset::BatchSource> FrozenFeatures::Open(uint32_t epoch, uint64_t first_batch) const {
  return std::make_unique<TableBatches>(*table_, train_->order(epoch), train_->view.batch_size, first_batch);
}

}  // namespace train
