#include "dataset/split/name_pattern.h"

#include <gtest/gtest.h>

#include <functional>

#include "dataset/base/error.h"
#include "dataset/split/group_key.h"

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

std::string KeyOf(const std::string& group_by, const std::string& path) {
  SourceSample sample;
  sample.path = path;
  sample.column = "p7";
  return GroupKey(group_by).Of(sample);
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

TEST(GroupKeyTest, NamesTheGroup) {
  EXPECT_EQ(KeyOf("parent", "cat/patient 1/2.jpg"), "cat/patient 1");
  EXPECT_EQ(KeyOf("parent", "2.jpg"), ".");
  EXPECT_EQ(KeyOf("regex:^(\\d+)_", "cat/12_3.jpg"), "12");
  EXPECT_EQ(KeyOf("regex:^(\\d+)_", "cat/x.jpg"), "");
  EXPECT_EQ(KeyOf("column:patient", "cat/x.jpg"), "p7");
  EXPECT_EQ(GroupKey("column:patient").column(), "patient");
}

TEST(GroupKeyTest, RefusesOtherNames) {
  for (const std::string text : {"", "Parent", "regex", "regex:", "regex:(", "column:", "stem"}) {
    EXPECT_NE(UsageErrorOf([&] { GroupKey key(text); }), "") << text;
  }
}

}  // namespace
}  // namespace dataset
