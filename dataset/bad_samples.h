#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "dataset/reject_budget.h"
#include "dataset/sample_order.h"

namespace dataset {

struct BadSample {
  SampleId id = 0;
  std::string what;  // place and cause
};

// The unreadable samples that a loader meets, and how many may be replaced. Thread-safe.
class BadSamples {
 public:
  // `samples` is the split's size.
  BadSamples(const RejectBudget& budget, uint64_t samples) : budget_(budget), samples_(samples) {}

  // Whether so many may be replaced.
  bool Allows(uint64_t bad) const { return budget_.Allows(bad, samples_); }

  // Found by any thread at any time, so that none is decoded in vain twice.
  void Find(SampleId id, const std::string& what);
  bool IsFound(SampleId id) const;

  // Called in the order of the batches, so that the list and the sample that is one too many are the same for any
  // number of threads. False: it is not allowed.
  bool Report(SampleId id);
  std::string WhatOf(SampleId id) const;  // of a found one

  std::vector<BadSample> reported() const;
  uint64_t count() const { return count_; }  // of those reported

 private:
  struct Entry {
    std::string what;
    bool reported = false;
  };
  const RejectBudget budget_;
  const uint64_t samples_;
  std::atomic<bool> any_ = false;
  std::atomic<uint64_t> count_ = 0;
  mutable std::mutex mutex_;
  std::unordered_map<SampleId, Entry> found_;
  std::vector<SampleId> reported_;
};

}  // namespace dataset
