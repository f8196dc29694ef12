#include "dataset/bad_samples.h"

namespace dataset {

void BadSamples::Find(SampleId id, const std::string& what) {
  const std::lock_guard lock(mutex_);
  found_.emplace(id, Entry{what, false});
  any_ = true;
}

bool BadSamples::IsFound(SampleId id) const {
  if (!any_) return false;
  const std::lock_guard lock(mutex_);
  return found_.contains(id);
}

bool BadSamples::Report(SampleId id) {
  const std::lock_guard lock(mutex_);
  Entry& entry = found_.at(id);
  if (entry.reported) return true;
  if (!Allows(reported_.size() + 1)) return false;
  entry.reported = true;
  reported_.push_back(id);
  count_ = reported_.size();
  return true;
}

std::string BadSamples::WhatOf(SampleId id) const {
  const std::lock_guard lock(mutex_);
  return found_.at(id).what;
}

std::vector<BadSample> BadSamples::reported() const {
  const std::lock_guard lock(mutex_);
  std::vector<BadSample> samples;
  for (const SampleId id : reported_) samples.push_back({id, found_.at(id).what});
  return samples;
}

}  // namespace dataset
