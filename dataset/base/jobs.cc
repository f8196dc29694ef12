#include "dataset/base/jobs.h"

#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

namespace dataset {
namespace {

struct NumberedJob {
  uint64_t number = 0;
  Job run;
};

// Keeps the exception of the lowest number.
class FirstFailure {
 public:
  // Must be called in a catch block.
  void Add(uint64_t number) noexcept {
    const std::lock_guard lock(mutex_);
    any_ = true;
    if (number >= number_) return;
    number_ = number;
    exception_ = std::current_exception();
  }

  bool any() const { return any_; }

  void Rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::mutex mutex_;
  std::atomic<bool> any_ = false;
  uint64_t number_ = std::numeric_limits<uint64_t>::max();
  std::exception_ptr exception_;
};

}  // namespace

void RunJobs(const std::function<std::optional<Job>()>& next) {
  FirstFailure failure;
  uint64_t taken = 0;
  const auto take = [&](tbb::flow_control& control) -> std::shared_ptr<NumberedJob> {
    try {
      if (!failure.any()) {
        if (auto job = next()) return std::make_shared<NumberedJob>(NumberedJob{taken++, std::move(*job)});
      }
    } catch (...) {
      failure.Add(taken);
    }
    control.stop();
    return nullptr;
  };
  const auto run = [&](const std::shared_ptr<NumberedJob>& job) {
    try {
      job->run();
    } catch (...) {
      failure.Add(job->number);
    }
  };
  const auto waiting = 4 * static_cast<size_t>(tbb::this_task_arena::max_concurrency());
  tbb::parallel_pipeline(waiting,
                         tbb::make_filter<void, std::shared_ptr<NumberedJob>>(tbb::filter_mode::serial_in_order, take) &
                             tbb::make_filter<std::shared_ptr<NumberedJob>, void>(tbb::filter_mode::parallel, run));
  failure.Rethrow();
}

}  // namespace dataset
