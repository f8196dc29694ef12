#include "dataset/catalog/class_counts.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

using Names = std::vector<std::string>;

TEST(ClassCountsTest, TakesTheCountsOfADataset) {
  DatasetInfo info;
  info.classes = {"owl", "yak"};
  info.splits.resize(2);
  info.splits[0].records_per_class = {3, 4};
  info.splits[1].split = Split::kTest;
  info.splits[1].records_per_class = {0, 5};
  EXPECT_EQ(CountsOf(info), (ClassCounts{{{3, 4}, {0, 0}, {0, 5}}}));
}

TEST(ClassCountsTest, NamesClassesThatAreMissingInASplit) {
  const Names classes = {"ant", "owl", "yak"};
  EXPECT_EQ(MissingClasses(classes, {{{1, 2, 3}, {1, 1, 1}, {1, 1, 1}}}), Names{});
  // A split without samples was not asked for, or others say so.
  EXPECT_EQ(MissingClasses(classes, {{{1, 2, 3}, {0, 0, 0}, {0, 0, 0}}}), Names{});
  EXPECT_EQ(MissingClasses(classes, {{{1, 0, 3}, {0, 0, 1}, {0, 0, 0}}}),
            (Names{"1 of 3 classes without images in train, the first owl",
                   "2 of 3 classes without images in val, the first ant"}));
}

TEST(ClassCountsTest, ImbalanceBeginsAtAHundred) {
  const Names classes = {"ant", "owl", "yak"};
  EXPECT_EQ(Imbalance(classes, {{{9, 999, 10}, {1, 5000, 1}, {}}}),
            "class owl has 111 times as many images in train as class ant, 999 and 9");
  EXPECT_EQ(Imbalance(classes, {{{10, 1000, 20}, {}, {}}}),
            "class owl has 100 times as many images in train as class ant, 1000 and 10");
  EXPECT_EQ(Imbalance(classes, {{{10, 999, 0}, {1, 5000, 1}, {}}}), "");
  EXPECT_EQ(Imbalance(classes, {{{0, 0, 0}, {1, 5000, 1}, {}}}), "");
  EXPECT_EQ(Imbalance({}, {}), "");
}

}  // namespace
}  // namespace dataset
