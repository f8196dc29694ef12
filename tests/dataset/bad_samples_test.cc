#include "dataset/bad_samples.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(BadSamples, ReportsEachOnceInTheOrderOfTheCalls) {
  BadSamples bad({.count = 2, .fraction = {}}, 10);
  for (const SampleId id : {7u, 3u, 5u}) bad.Find(id, "what " + std::to_string(id));
  EXPECT_TRUE(bad.IsFound(5));
  EXPECT_FALSE(bad.IsFound(6));
  EXPECT_TRUE(bad.reported().empty());
  EXPECT_TRUE(bad.Report(3));
  EXPECT_TRUE(bad.Report(7));
  EXPECT_TRUE(bad.Report(3));
  EXPECT_FALSE(bad.Report(5));
  const std::vector<BadSample> reported = bad.reported();
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_EQ(reported[0].id, 3u);
  EXPECT_EQ(reported[0].what, "what 3");
  EXPECT_EQ(reported[1].id, 7u);
  EXPECT_EQ(bad.count(), 2u);
  EXPECT_EQ(bad.WhatOf(5), "what 5");
}

TEST(BadSamples, KeepsTheFirstCause) {
  BadSamples bad({.count = {}, .fraction = 0.5}, 3);
  bad.Find(1, "first");
  bad.Find(1, "second");
  EXPECT_EQ(bad.WhatOf(1), "first");
  EXPECT_TRUE(bad.Allows(1));
  EXPECT_FALSE(bad.Allows(2));
}

}  // namespace
}  // namespace dataset
