#include "dataset/catalog/class_names.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

using Names = std::vector<std::string>;

TEST(ClassNamesTest, FindsNumbersThatAreEqualAmongAnyNames) {
  for (const Names& names : {Names{"01", "1"}, Names{"1", "1.0"}, Names{"01", "1", "cat"}, Names{"+1", "1"},
                             Names{"-0", "0"}, Names{"7", "7 "}, Names{"007", "7.00"}}) {
    const std::vector<LookAlikePair> found = FindLookAlikes(names);
    ASSERT_EQ(found.size(), 1u) << names[0];
    EXPECT_EQ(found[0].one, names[0]);
    EXPECT_EQ(found[0].other, names[1]);
  }
  EXPECT_EQ(FindLookAlikes({"01", "1", "1.0", "2"}).size(), 2u);
  for (const Names& names : {Names{"1", "10"}, Names{"-1", "1"}, Names{"1", "1.0.0"}, Names{"01", "1a"},
                             Names{"1.1", "1.10"}, Names{"1", "one"}, Names{"", "0"}, Names{}}) {
    EXPECT_TRUE(FindLookAlikes(names).empty());
  }
}

TEST(ClassNamesTest, NamesBoth) {
  EXPECT_EQ((LookAlikePair{"1", "01"}.Text("a/1.jpg", "")),
            "classes \"1\" (a/1.jpg) and \"01\" are the same number; join them or rename one");
  EXPECT_EQ((LookAlikePair{"Cat", "cat"}.Text("", "b\n.jpg")),
            "classes \"Cat\" and \"cat\" (b\\x0a.jpg) differ at most in case, blanks, invisible characters or the way "
            "accents are encoded; join them or rename one");
}

TEST(ClassNamesTest, SortsWholeNumbersByValueAndOthersByBytes) {
  const struct {
    Names names, sorted;
  } kCases[] = {{{"10", "9", "-1"}, {"-1", "9", "10"}},
                {{"10", "9", "x"}, {"10", "9", "x"}},
                {{"b", "B", "a"}, {"B", "a", "b"}},
                {{}, {}}};
  for (const auto& test : kCases) {
    Names names = test.names;
    SortClassNames(&names);
    EXPECT_EQ(names, test.sorted);
  }
}

}  // namespace
}  // namespace dataset
