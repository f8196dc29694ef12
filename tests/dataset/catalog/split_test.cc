#include "dataset/catalog/split.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace dataset {
namespace {

TEST(SplitTest, NamesRoundTrip) {
  for (Split split : kSplits) EXPECT_EQ(ParseSplit(NameOf(split)), split);
}

TEST(SplitTest, TakesTheCommonNames) {
  const std::pair<Split, std::vector<std::string>> kNames[] = {
      {Split::kTrain, {"train", "Train", "TRAIN", "training", "training_set", "train-set", "trainset", "Train Data"}},
      {Split::kVal,
       {"val", "Val", "VAL", "valid", "validation", "dev", "eval", "evaluation", "holdout", "val_set", "Validation-Set",
        "valset", "dev_split", "val_images"}},
      {Split::kTest, {"test", "TEST", "testing", "test_set", "testset", "test images", "test_imgs"}},
  };
  for (const auto& [split, names] : kNames) {
    for (const std::string& name : names) EXPECT_EQ(ParseSplit(name), split) << name;
  }
}

TEST(SplitTest, RefusesOtherNames) {
  for (const char* name :
       {"",        "train ",    " val",  "set",    "_set",      "data",       "trains",    "tests",
        "testify", "trainer",   "value", "valley", "device",    "evaluate",   "test__set", "test_set_set",
        "train1",  "train/val", "0",     "runs",   "unlabeled", "t\xc3\xa9st"}) {
    EXPECT_EQ(ParseSplit(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace dataset
