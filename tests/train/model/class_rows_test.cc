#include "train/model/class_rows.h"

#include <gtest/gtest.h>

namespace train {
namespace {

TEST(ClassRowsTest, ClassesAreMatchedByName) {
  const struct {
    ClassScores from, to;
    std::vector<int> rows;
    bool negated = false;
  } cases[] = {
      {{{"a", "b", "c"}, 3}, {{"a", "b", "c"}, 3}, {0, 1, 2}},
      {{{"a", "b", "c"}, 3}, {{"c", "a", "b"}, 3}, {2, 0, 1}},
      {{{"a", "b", "c"}, 3}, {{"a", "aa", "b", "d"}, 4}, {0, -1, 1, -1}},
      {{{"a", "b", "c"}, 3}, {{"b", "c"}, 2}, {1, 2}},
      {{{"a", "b"}, 2}, {{"A", "B"}, 2}, {-1, -1}},
      // Two classes with one score: that of the second one.
      {{{"a", "b"}, 1}, {{"a", "b"}, 1}, {0}},
      {{{"a", "b"}, 1}, {{"b", "a"}, 1}, {0}, true},
      {{{"a", "b"}, 1}, {{"a", "c"}, 1}, {-1}},
      {{{"a", "b"}, 1}, {{"a", "b", "c"}, 3}, {-1, -1, -1}},
      {{{"a", "b", "c"}, 3}, {{"a", "b"}, 1}, {-1}},
  };
  for (const auto& test : cases) {
    const ClassRows rows = MatchClasses(test.from, test.to);
    EXPECT_EQ(rows.from, test.rows) << &test - cases;
    EXPECT_EQ(rows.negated, test.negated) << &test - cases;
  }
}

}  // namespace
}  // namespace train
