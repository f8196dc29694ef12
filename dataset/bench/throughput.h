#pragma once

#include <cstdint>
#include <vector>

namespace dataset {

// Images a second over some time, in all and in each of its windows.
struct Throughput {
  double first_batch = 0;  // seconds until it came
  double warm_up = 0;      // seconds after it that were not measured
  double seconds = 0;      // measured
  uint64_t images = 0;
  uint64_t batches = 0;
  std::vector<double> windows;  // images/s in each

  double overall() const { return static_cast<double>(images) / seconds; }
  double median() const;
};

// Makes a Throughput of batches as they come. Time runs from batch to batch, so that each counts with all the time that
// it took: the warm-up ends with a batch, and so do all windows. Where a batch takes longer than a window there are
// fewer windows.
class ThroughputMeter {
 public:
  // All in seconds and above 0, `warm_up` also 0: at the first batch.
  ThroughputMeter(double warm_up, double seconds, int windows)
      : warm_up_(warm_up), seconds_(seconds), window_(seconds / windows) {}

  enum class Phase { kWarmUp, kMeasuring, kDone };
  // A batch of so many images has come `now` seconds after the start; the phase that follows it.
  Phase Add(double now, uint64_t images);

  Phase phase() const { return phase_; }
  // Once done.
  const Throughput& result() const { return result_; }

 private:
  const double warm_up_;
  const double seconds_;
  const double window_;
  Phase phase_ = Phase::kWarmUp;
  bool first_ = true;
  double begin_ = 0;  // of the measurement
  double window_begin_ = 0;
  double window_end_ = 0;  // not before this
  uint64_t window_images_ = 0;
  Throughput result_;
};

}  // namespace dataset
