#include "train/network/idle_threads.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>

namespace train {
namespace {

using RunRegion = void (*)(void (*body)(void*), void* data, unsigned threads, unsigned flags);

RunRegion FindRunRegion() { return reinterpret_cast<RunRegion>(dlsym(RTLD_DEFAULT, "GOMP_parallel")); }

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

// Whether waiting threads then sleep is libgomp's part; benchmarks/neighbours.py shows what comes of it.
TEST_F(IdleThreadsTest, HoldsOneTeamOfTwo) {
  const auto check = [] {
    const auto before = CountThreads();
    LetIdleThreadsSleep();
    LetIdleThreadsSleep();
    std::exit(CountThreads() == before + 2 ? 0 : 1);
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
