#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "train/device/device_link.h"
#include "train/loop/train_observer.h"
#include "train/loop/train_step.h"

namespace train {

// A step whose result is known.
struct StepResult {
  StepReport report;
  uint64_t correct = 0;  // samples
};

// Reads the results of steps after they were queued. Who leaves one step unread always has the device at work while the
// host waits for the step before.
class StepResults {
 public:
  // `link` must outlive the object.
  explicit StepResults(DeviceLink& link) : link_(link) {}

  // Queues the read of a step that has just been queued; its report lacks loss and samples.
  void Add(const StepSums& sums, const StepReport& report);
  size_t unread() const { return steps_.size(); }
  // Waits for the oldest unread step, which must be there.
  StepResult TakeOldest();
  // Whether the device still computes the latest step.
  bool busy() const { return !steps_.empty() && steps_.back().read.done && !steps_.back().read.done->Reached(); }

 private:
  struct Step {
    StepSums sums;
    StepReport report;
    Transfer read;
  };
  DeviceLink& link_;
  std::deque<Step> steps_;
};

}  // namespace train
