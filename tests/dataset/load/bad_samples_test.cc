#include "dataset/load/bad_samples.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(BadSamples, ReportsEachOnceInTheOrderOfTheCalls) {
  BadSamples bad({.count = 2, .fraction = {}}, 10);
  EXPECT_TRUE(bad.reported().empty());
  EXPECT_TRUE(bad.Report({3, "first"}));
  EXPECT_TRUE(bad.Report({7, "other"}));
  EXPECT_TRUE(bad.Report({3, "second"}));
  EXPECT_FALSE(bad.Report({5, "one too many"}));
  const std::vector<BadSample> reported = bad.reported();
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_EQ(reported[0].id, 3u);
  EXPECT_EQ(reported[0].what, "first");
  EXPECT_EQ(reported[1].id, 7u);
  EXPECT_EQ(bad.count(), 2u);
}

TEST(BadSamples, AllowsAPart) {
  const BadSamples bad({.count = {}, .fraction = 0.5}, 3);
  EXPECT_TRUE(bad.Allows(1));
  EXPECT_FALSE(bad.Allows(2));
}

}  // namespace
}  // namespace dataset
