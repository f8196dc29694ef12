#include "dataset/source/name_pattern.h"

#include <gtest/gtest.h>

#include <functional>

#include "dataset/base/error.h"

namespace dataset {
namespace {

std::string UsageErrorOf(const std::function<void()>& step) {
  try {
    step();
  } catch (const Error& error) {
    EXPECT_TRUE(error.usage());
    return error.what();
  }
  return "";
}

// split-folders' group_prefix takes image_130 for image_1300.
TEST(NamePatternTest, CapturesGroupOneOfTheFileName) {
  EXPECT_EQ(NamePattern("^(\\w+)\\.", "x").Capture("deep/cat.0.jpg"), "cat");
  EXPECT_EQ(NamePattern("^(\\d+)_", "x").Capture("a/485092_Soft_1.jpg"), "485092");
  EXPECT_EQ(NamePattern("^(\\d+)_", "x").Capture("485092/Soft_1.jpg"), "");
  EXPECT_EQ(NamePattern("^(image_\\d+)", "x").Capture("image_130.jpg"), "image_130");
  EXPECT_EQ(NamePattern("^(image_\\d+)", "x").Capture("image_1300.jpg"), "image_1300");
  EXPECT_EQ(NamePattern("^(?:a|(b))", "x").Capture("a"), "");
  EXPECT_EQ(NamePattern("_([^_]+)_", "x").Capture("1_gänse_2.png"), "gänse");
}

TEST(NamePatternTest, RefusesBadExpressions) {
  for (const std::string regex : {"(", "[a", "*", "(a)\\", "a{2,1}(b)"}) {
    EXPECT_EQ(UsageErrorOf([&] { NamePattern(regex, "`label_regex`"); }).find("`label_regex` '" + regex + "'"), 0u)
        << regex;
  }
  EXPECT_NE(UsageErrorOf([] { NamePattern("^\\w+", "`label_regex`"); }).find("it must have a group in parentheses"),
            std::string::npos);
}

}  // namespace
}  // namespace dataset
