#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "dataset/sample/reject_budget.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// A sample that could not be read or decoded.
struct BadSample {
  SampleId id = 0;
  std::string what;  // place and cause
};

// The unreadable samples that a loader replaced or left out, and the limit of how many it may. Thread-safe.
class BadSamples {
 public:
  // `samples` is the split's size.
  BadSamples(const RejectBudget& budget, uint64_t samples) : budget_(budget), samples_(samples) {}

  // Whether `bad` samples are within the limit.
  bool Allows(uint64_t bad) const { return budget_.Allows(bad, samples_); }

  // Adds a replaced sample. Must be called in the order of the batches, so that the list, and the sample that exceeds
  // the limit, are the same for any number of threads. A sample counts once, with its first cause. Returns false, and
  // adds nothing, if the limit would be exceeded.
  bool Report(const BadSample& sample);

  std::vector<BadSample> reported() const;
  uint64_t count() const { return count_; }  // number of reported samples

 private:
  const RejectBudget budget_;
  const uint64_t samples_;
  std::atomic<uint64_t> count_ = 0;
  mutable std::mutex mutex_;
  std::unordered_set<SampleId> ids_;  // of those reported
  std::vector<BadSample> reported_;
};

}  // namespace dataset
