#include "dataset/base/jobs.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

#include "dataset/base/error.h"

namespace dataset {
namespace {

TEST(JobsTest, RunsEveryJobOnce) {
  std::atomic<int> runs[1000] = {};
  int next = 0;
  RunJobs([&]() -> std::optional<Job> {
    if (next == 1000) return std::nullopt;
    return [&run = runs[next++]] { ++run; };
  });
  for (const auto& run : runs) EXPECT_EQ(run, 1);
}

TEST(JobsTest, NoJobsAreFine) {
  RunJobs([]() -> std::optional<Job> { return std::nullopt; });
}

TEST(JobsTest, FewJobsWait) {
  std::atomic<int> alive = 0;
  const auto leave = [&alive](int*) { --alive; };
  int next = 0, most = 0;
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, 2);
  RunJobs([&]() -> std::optional<Job> {
    if (next++ == 2000) return std::nullopt;
    most = std::max(most, ++alive);
    return [data = std::shared_ptr<int>(&next, leave)] {};
  });
  EXPECT_EQ(alive, 0);
  EXPECT_LT(most, 1000);
}

// Returns the message that a run with these failing jobs throws. A negative number means that `next` itself fails
// there.
std::string FailureOf(const std::vector<int>& failing, int threads) {
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(threads));
  int next = 0;
  try {
    RunJobs([&]() -> std::optional<Job> {
      const int number = next++;
      if (number == 500) return std::nullopt;
      for (const int bad : failing) {
        if (bad == -number) throw Error("next " + std::to_string(number));
        if (bad == number) return [number] { throw Error("job " + std::to_string(number)); };
      }
      return [] {};
    });
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(JobsTest, TheEarliestFailureIsReportedWhateverTheThreads) {
  for (const int threads : {1, 2, 4}) {
    for (int repeat = 0; repeat < 20; ++repeat) {
      EXPECT_EQ(FailureOf({}, threads), "");
      EXPECT_EQ(FailureOf({400, 7, 8, 9}, threads), "job 7");
      EXPECT_EQ(FailureOf({-7}, threads), "next 7");
      EXPECT_EQ(FailureOf({-7, 6}, threads), "job 6");
      EXPECT_EQ(FailureOf({499}, threads), "job 499");
    }
  }
}

}  // namespace
}  // namespace dataset
