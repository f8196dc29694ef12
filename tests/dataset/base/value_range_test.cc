#include "dataset/base/value_range.h"

#include <gtest/gtest.h>

#include <limits>

namespace dataset {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ValueRangeTest, EndsAreInItOrNot) {
  EXPECT_TRUE(ValueRange::From(0, 1).Holds(0));
  EXPECT_TRUE(ValueRange::From(0, 1).Holds(1));
  EXPECT_FALSE(ValueRange::From(0, 1).Holds(1.01));
  EXPECT_FALSE(ValueRange::From(0, 1).Holds(-0.01));
  EXPECT_TRUE(ValueRange::Below(1).Holds(0));
  EXPECT_FALSE(ValueRange::Below(1).Holds(1));
  EXPECT_FALSE(ValueRange::Above(0).Holds(0));
  EXPECT_TRUE(ValueRange::Above(0).Holds(1e-300));
  EXPECT_TRUE(ValueRange::AtLeast(1).Holds(1));
}

TEST(ValueRangeTest, NothingInfiniteAndNoNan) {
  for (const ValueRange& range : {ValueRange(), ValueRange::AtLeast(0), ValueRange::Below(1), ValueRange::From(0, 1)}) {
    EXPECT_FALSE(range.Holds(kInfinity));
    EXPECT_FALSE(range.Holds(-kInfinity));
    EXPECT_FALSE(range.Holds(std::numeric_limits<double>::quiet_NaN()));
  }
}

TEST(ValueRangeTest, Texts) {
  EXPECT_EQ(FormatRange(ValueRange::From(0.01, 100000)), "0.01 to 100000");
  EXPECT_EQ(FormatRange(ValueRange::AtLeast(1)), "at least 1");
  EXPECT_EQ(FormatRange(ValueRange::Above(0)), "above 0");
  EXPECT_EQ(FormatRange(ValueRange::Below(4294967296)), "at least 0 and below 4294967296");
  EXPECT_EQ(FormatRange({.least = 0, .most = 1, .with_least = false}), "above 0 and at most 1");
  EXPECT_EQ(FormatRange({.most = 5}), "at most 5");
  EXPECT_EQ(FormatRange({}), "a finite number");
}

}  // namespace
}  // namespace dataset
