#include "dataset/split/group_key.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

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

std::string KeyOf(const std::string& group_by, const std::string& path) {
  SourceSample sample;
  sample.path = path;
  sample.column = "p7";
  return GroupKey(group_by).Of(sample);
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
