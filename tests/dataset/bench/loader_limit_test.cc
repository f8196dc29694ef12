#include "dataset/bench/loader_limit.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

LoaderStats StatsOf(std::array<double, kLoaderStages> seconds) {
  LoaderStats stats;
  stats.seconds = seconds;
  return stats;
}

TEST(LoaderLimit, SharesAreOfTheThreadsTime) {
  //                                read parse decode augment collate segment buffer consumer
  const LoaderShares shares = SharesOf(StatsOf({2, 0.8, 8, 4, 1.6, 0.5, 1, 9}), 10, 2);
  EXPECT_DOUBLE_EQ(shares.read, 0.2);
  EXPECT_DOUBLE_EQ(shares.parse, 0.04);
  EXPECT_DOUBLE_EQ(shares.decode, 0.4);
  EXPECT_DOUBLE_EQ(shares.augment, 0.2);
  EXPECT_DOUBLE_EQ(shares.collate, 0.08);
  EXPECT_DOUBLE_EQ(shares.segment_wait, 0.05);
  EXPECT_DOUBLE_EQ(shares.buffer_wait, 0.1);
  EXPECT_NEAR(shares.other, 0.13, 1e-12);
}

TEST(LoaderLimit, NoShareIsNegative) { EXPECT_DOUBLE_EQ(SharesOf(StatsOf({0, 1, 9, 1, 1, 0, 0, 0}), 10, 1).other, 0); }

TEST(LoaderLimit, ALongWaitDecidesElseTheLargestStage) {
  const struct {
    std::array<double, kLoaderStages> seconds;
    LoaderLimit limit;
    const char* name;
  } cases[] = {
      {{5, 0, 8, 1, 1, 0, 0, 10}, LoaderLimit::kDecode, "decode"},
      {{5, 0, 1, 7, 1, 0, 0, 10}, LoaderLimit::kAugment, "augment"},
      {{5, 0, 1, 1, 7, 0, 0, 10}, LoaderLimit::kCollate, "collate"},
      {{5, 6, 1, 1, 1, 0, 0, 10}, LoaderLimit::kParse, "parse"},
      {{9, 0, 5, 1, 1, 3, 0, 10}, LoaderLimit::kDisk, "disk"},
      {{9, 0, 5, 1, 1, 0, 3, 0}, LoaderLimit::kConsumer, "consumer"},
      {{9, 0, 2, 1, 1, 3, 2, 0}, LoaderLimit::kDisk, "disk"},
      {{9, 0, 7, 1, 1, 0.9, 0.9, 0}, LoaderLimit::kDecode, "decode"},
  };
  for (const auto& c : cases) {
    const LoaderLimit limit = LimitOf(SharesOf(StatsOf(c.seconds), 10, 1));
    EXPECT_EQ(limit, c.limit) << NameOf(limit);
    EXPECT_EQ(NameOf(c.limit), c.name);
  }
}

}  // namespace
}  // namespace dataset
