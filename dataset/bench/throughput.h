#pragma once

#include <cstdint>
#include <vector>

namespace dataset {

// Images per second over some time: overall, and in each of its windows.
struct Throughput {
  double first_batch = 0;  // seconds until the first batch came
  double warm_up = 0;      // seconds after the first batch that were not measured
  double seconds = 0;      // seconds that were measured
  uint64_t images = 0;
  uint64_t batches = 0;
  std::vector<double> windows;  // images per second in each window

  double overall() const { return static_cast<double>(images) / seconds; }
  // Of the windows, of which there must be at least one.
  double median() const;
};

// Measures a Throughput from batches as they come. Time is counted from batch to batch, so each batch counts with all
// the time that it took: the warm-up and all windows end with a batch. If a batch takes longer than a window, there are
// fewer windows. Not thread-safe.
class ThroughputMeter {
 public:
  // `warm_up` and `seconds` are in seconds; all three must be above 0, but `warm_up` may be 0 and then ends with the
  // first batch.
  ThroughputMeter(double warm_up, double seconds, int windows)
      : warm_up_(warm_up), seconds_(seconds), window_(seconds / windows) {}

  enum class Phase { kWarmUp, kMeasuring, kDone };
  // Counts a batch of `images` images that has come `now` seconds after the start. Returns the phase that follows. Must
  // not be called after kDone.
  Phase Add(double now, uint64_t images);

  Phase phase() const { return phase_; }
  // Complete after kDone.
  const Throughput& result() const { return result_; }

 private:
  const double warm_up_;
  const double seconds_;
  const double window_;
  Phase phase_ = Phase::kWarmUp;
  bool first_ = true;
  double begin_ = 0;  // when the measurement began
  double window_begin_ = 0;
  double window_end_ = 0;  // the window ends with the first batch from here on
  uint64_t window_images_ = 0;
  Throughput result_;
};

}  // namespace dataset
