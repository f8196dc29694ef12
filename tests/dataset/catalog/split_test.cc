#include "dataset/catalog/split.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(SplitTest, NamesRoundTrip) {
  for (Split split : kSplits) EXPECT_EQ(ParseSplit(NameOf(split)), split);
}

TEST(SplitTest, TakesValidationForVal) {
  EXPECT_EQ(ParseSplit("validation"), Split::kVal);
  EXPECT_EQ(NameOf(Split::kVal), "val");
}

TEST(SplitTest, RefusesOtherNames) {
  for (const char* name : {"", "Train", "TEST", "train ", "valid", "training", "testing", "dev", "0"}) {
    EXPECT_EQ(ParseSplit(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace dataset
