#include "train/network/idle_threads.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <thread>

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
TEST_F(IdleThreadsTest, HoldsOneTeamWhileTheySleep) {
  const auto check = [] {
    const ptrdiff_t before = CountThreads();
    const ptrdiff_t held = std::thread::hardware_concurrency() + 1;
    for (const IdleThreads wanted :
         {IdleThreads::kSpin, IdleThreads::kSleep, IdleThreads::kSleep, IdleThreads::kSpin, IdleThreads::kSleep}) {
      SetIdleThreads(wanted);
      // A thread that was joined may be listed for a moment.
      const ptrdiff_t expected = before + (wanted == IdleThreads::kSleep ? held : 0);
      while (CountThreads() > expected) std::this_thread::yield();
      if (CountThreads() != expected) std::exit(1);
    }
    std::exit(0);
  };
  EXPECT_EXIT(check(), ::testing::ExitedWithCode(0), "");
}

TEST_F(IdleThreadsTest, TheEnvironmentDecides) {
  const auto check = [] {
    const auto before = CountThreads();
    SetIdleThreads(IdleThreads::kSleep);
    std::exit(CountThreads() == before ? 0 : 1);
  };
  for (const char* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}) {
    setenv(name, name[0] == 'O' ? "active" : "300000", 1);
    EXPECT_EXIT(check(), ::testing::ExitedWithCode(0), "") << name;
    unsetenv(name);
  }
}

TEST(ChooseIdleThreadsTest, SpinsOnAQuietMachineAlone) {
  for (const IdleThreads now : {IdleThreads::kSpin, IdleThreads::kSleep}) {
    for (const double quiet : {0.0, 0.003, 0.03, 0.05}) EXPECT_EQ(ChooseIdleThreads(now, quiet), IdleThreads::kSpin);
    for (const double busy : {0.11, 0.35, 0.5, 1.0, 2.0}) EXPECT_EQ(ChooseIdleThreads(now, busy), IdleThreads::kSleep);
    // Between the two limits nothing changes, so that it does not go back and forth.
    EXPECT_EQ(ChooseIdleThreads(now, 0.07), now);
  }
}

}  // namespace
}  // namespace train
