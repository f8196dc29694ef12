#include "dataset/load/bad_samples.h"

namespace dataset {

bool BadSamples::Report(const BadSample& sample) {
  const std::lock_guard lock(mutex_);
  if (ids_.contains(sample.id)) return true;
  if (!Allows(reported_.size() + 1)) return false;
  ids_.insert(sample.id);
  reported_.push_back(sample);
  count_ = reported_.size();
  return true;
}

std::vector<BadSample> BadSamples::reported() const {
  const std::lock_guard lock(mutex_);
  return reported_;
}

}  // namespace dataset
