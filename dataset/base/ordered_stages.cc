#include "dataset/base/ordered_stages.h"

#include <tbb/parallel_for.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

namespace dataset {
namespace {

class OrderedRun {
 public:
  OrderedRun(const OrderedStages& stages, const OrderedLimits& limits)
      : stages_(stages), limits_(limits), done_(limits.slots) {}

  // What each thread runs. The earliest piece that is not taken is always in the hands of some thread, so waiting ends.
  void Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      room_.wait(lock, [&] { return ended_ || (dealt_ - taken_ < limits_.slots && bytes_ <= limits_.bytes); });
      const size_t slot = dealt_ % limits_.slots;
      if (!ended_ && !stages_.deal(slot)) End();
      if (ended_) return;
      ++dealt_;
      lock.unlock();
      const size_t bytes = stages_.work(slot);
      lock.lock();
      done_[slot] = {true, bytes};
      bytes_ += bytes;
      if (!taking_) Take(lock);
    }
  }

 private:
  struct Done {
    bool done = false;
    size_t bytes = 0;
  };

  void End() {
    ended_ = true;
    room_.notify_all();
  }

  void Take(std::unique_lock<std::mutex>& lock) {
    taking_ = true;
    while (!refused_ && done_[taken_ % limits_.slots].done) {
      const size_t slot = taken_ % limits_.slots;
      lock.unlock();
      const bool more = stages_.take(slot);
      lock.lock();
      bytes_ -= done_[slot].bytes;
      done_[slot] = {};
      ++taken_;
      if (!more) {
        refused_ = true;
        End();
      }
      room_.notify_all();
    }
    taking_ = false;
  }

  const OrderedStages& stages_;
  const OrderedLimits& limits_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::vector<Done> done_;  // by slot
  uint64_t dealt_ = 0;
  uint64_t taken_ = 0;
  size_t bytes_ = 0;  // held by pieces that are done but not taken
  bool ended_ = false;
  bool refused_ = false;
  bool taking_ = false;
};

}  // namespace

void RunOrdered(const OrderedStages& stages, const OrderedLimits& limits) {
  OrderedRun run(stages, limits);
  tbb::parallel_for(
      0, limits.threads, 1, [&](int) { run.Work(); }, tbb::simple_partitioner());
}

}  // namespace dataset
