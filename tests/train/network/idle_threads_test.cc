#include "train/network/idle_threads.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <thread>

namespace train {
namespace {

using RunRegion = void (*)(void (*body)(void*), void* data, unsigned threads, unsigned flags);

RunRegion FindRunRegion() { return reinterpret_cast<RunRegion>(dlsym(RTLD_DEFAULT, "GOMP_parallel")); }

double CpuSeconds(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Between loops this thread works alone. What each other one takes meanwhile, as a part of that.
double WaitingShare() {
  constexpr double kAlone = 2e-3;  // seconds; as a rule they would spin for 10 ms
  const unsigned cores = std::max(2u, std::thread::hardware_concurrency());
  const double process = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID), own = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
  for (int loop = 0; loop < 100; ++loop) {
    FindRunRegion()([](void*) {}, nullptr, cores, 0);
    for (const double start = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
         CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - start < kAlone;) {
    }
  }
  const double alone = CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - own;
  return (CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - process - alone) / alone / (cores - 1);
}

auto CountThreads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

// What is held stays, and libgomp reads the environment when it is loaded: each case is a process of its own.
class IdleThreadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (FindRunRegion() == nullptr) GTEST_SKIP() << "this libtorch has no libgomp";
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    unsetenv("OMP_WAIT_POLICY");
    unsetenv("GOMP_SPINCOUNT");
  }
};

TEST_F(IdleThreadsTest, SleepBetweenLoops) {
  const auto check = [] {
    LetIdleThreadsSleep();
    LetIdleThreadsSleep();
    const double share = WaitingShare();
    std::fprintf(stderr, "a waiting thread took %.3f\n", share);
    std::exit(share < 0.3 ? 0 : 1);
  };
  EXPECT_EXIT(check(), ::testing::ExitedWithCode(0), "");
}

TEST_F(IdleThreadsTest, TheEnvironmentDecides) {
  const auto check = [] {
    const auto before = CountThreads();
    LetIdleThreadsSleep();
    std::exit(CountThreads() == before ? 0 : 1);
  };
  for (const char* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}) {
    setenv(name, name[0] == 'O' ? "active" : "300000", 1);
    EXPECT_EXIT(check(), ::testing::ExitedWithCode(0), "") << name;
    unsetenv(name);
  }
}

}  // namespace
}  // namespace train
