#include "dataset/base/ordered_stages.h"

#include <gtest/gtest.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <tuple>
#include <vector>

namespace dataset {
namespace {

// Numbers the pieces that are dealt, and checks the contract on the way.
class Counted {
 public:
  Counted(size_t count, const OrderedLimits& limits) : count_(count), limits_(limits), slots_(limits.slots) {}

  // Returns the numbers of the pieces that were taken, in order.
  std::vector<size_t> Run(std::function<size_t(size_t)> work = {}, std::function<bool(size_t)> take = {}) {
    const OrderedStages stages = {
        .deal =
            [&](size_t slot) {
              EXPECT_EQ(in_deal_++, 0);
              const bool more = dealt_ < count_;
              if (more) slots_[slot] = dealt_++;
              EXPECT_LE(dealt_ - taken_.size(), limits_.slots);
              --in_deal_;
              return more;
            },
        .work = [&, work](size_t slot) { return work ? work(slots_[slot]) : size_t{1}; },
        .take =
            [&, take](size_t slot) {
              EXPECT_EQ(in_take_++, 0);
              const size_t number = slots_[slot];
              taken_.push_back(number);
              --in_take_;
              return !take || take(number);
            },
    };
    tbb::task_arena(limits_.threads).execute([&] { RunOrdered(stages, limits_); });
    return taken_;
  }

  size_t dealt() const { return dealt_; }

 private:
  size_t count_;
  OrderedLimits limits_;
  std::vector<size_t> slots_;
  std::atomic<size_t> dealt_ = 0;
  std::atomic<int> in_deal_ = 0, in_take_ = 0;
  std::vector<size_t> taken_;
};

std::vector<size_t> Ascending(size_t count) {
  std::vector<size_t> numbers(count);
  for (size_t i = 0; i < count; ++i) numbers[i] = i;
  return numbers;
}

TEST(OrderedStagesTest, TakesInTheOrderOfDealing) {
  for (const int threads : {1, 2, 4}) {
    for (const size_t slots : {1, 2, 7, 100}) {
      for (const size_t bytes : {0, 3, 1000}) {
        Counted counted(500, {threads, slots, bytes});
        EXPECT_EQ(counted.Run(), Ascending(500)) << threads << " threads, " << slots << " slots, " << bytes << " bytes";
      }
    }
  }
}

TEST(OrderedStagesTest, NothingToDoIsFine) { EXPECT_EQ(Counted(0, {2, 4, 10}).Run(), Ascending(0)); }

TEST(OrderedStagesTest, NothingIsTakenAfterARefusal) {
  for (const int threads : {1, 2, 4}) {
    for (int repeat = 0; repeat < 20; ++repeat) {
      Counted counted(500, {threads, 8, 1000});
      EXPECT_EQ(counted.Run({}, [](size_t number) { return number < 7; }), Ascending(8));
      EXPECT_LE(counted.dealt(), 16u);
    }
  }
}

// The first piece ends only after as many others are done as may wait for it.
TEST(OrderedStagesTest, ASlowPieceHoldsUpOthersOnlyAtTheLimit) {
  std::mutex mutex;
  std::condition_variable changed;
  for (const auto& [slots, bytes, others] : {std::tuple<size_t, size_t, size_t>{16, 1000, 15}, {100, 4, 5}}) {
    size_t done = 0;
    Counted counted(50, {2, slots, bytes});
    const auto work = [&, others = others](size_t number) -> size_t {
      std::unique_lock lock(mutex);
      if (number == 0) {
        changed.wait(lock, [&] { return done >= others; });
        EXPECT_EQ(done, others);
      }
      ++done;
      changed.notify_all();
      return 1;
    };
    if (tbb::this_task_arena::max_concurrency() < 2) GTEST_SKIP() << "one processor";
    EXPECT_EQ(counted.Run(work), Ascending(50));
  }
}

}  // namespace
}  // namespace dataset
