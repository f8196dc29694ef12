#include "dataset/bench/throughput.h"

#include <algorithm>
#include <cassert>

namespace dataset {

double Throughput::median() const {
  assert(!windows.empty());
  std::vector<double> sorted = windows;
  std::sort(sorted.begin(), sorted.end());
  const size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

ThroughputMeter::Phase ThroughputMeter::Add(double now, uint64_t images) {
  assert(phase_ != Phase::kDone);
  if (phase_ == Phase::kWarmUp) {
    if (first_) result_.first_batch = now;
    first_ = false;
    result_.warm_up = now - result_.first_batch;
    if (result_.warm_up < warm_up_) return phase_;
    begin_ = window_begin_ = now;
    window_end_ = now + window_;
    return phase_ = Phase::kMeasuring;
  }
  result_.images += images;
  ++result_.batches;
  result_.seconds = now - begin_;
  window_images_ += images;
  if (result_.seconds >= seconds_) phase_ = Phase::kDone;
  if (now >= window_end_ || phase_ == Phase::kDone) {
    result_.windows.push_back(static_cast<double>(window_images_) / (now - window_begin_));
    window_images_ = 0;
    window_begin_ = now;
    while (window_end_ <= now) window_end_ += window_;
  }
  return phase_;
}

}  // namespace dataset
