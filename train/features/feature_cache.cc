#include "train/features/feature_cache.h"

#include <utility>

namespace train {

void FeatureCache::Reset(bool keeps) {
  keeps_ = keeps;
  Restart();
}

void FeatureCache::Restart() {
  complete_ = false;
  bytes_ = 0;
  batches_.clear();
}

void FeatureCache::Add(BatchFeatures features) {
  if (!keeps_) return;
  bytes_ += features.values.nbytes();
  if (bytes_ <= kMaxBytes) {
    batches_.push_back(std::move(features));
  } else {
    batches_.clear();
  }
}

void FeatureCache::Complete() { complete_ = keeps_ && bytes_ <= kMaxBytes; }

}  // namespace train
