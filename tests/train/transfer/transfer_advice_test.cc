#include "train/transfer/transfer_advice.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "train/loop/watch.h"

namespace train {
namespace {

TEST(TransferAdviceTest, GoesBySizeAndSimilarity) {
  const struct {
    TransferFacts facts;
    TransferAdvice advice;
  } kCases[] = {
      // Flowers by MobileNetV2: 518 images a class, and the head gains 86 % of what chance leaves.
      {{.images = 2590, .classes = 5, .val_images = 863, .val_accuracy = 0.898, .val_chance = 0.244},
       TransferAdvice::kAllGently},
      {{.images = 1000, .classes = 5, .val_images = 300, .val_accuracy = 0.9, .val_chance = 0.2},
       TransferAdvice::kAllGently},
      {{.images = 999, .classes = 5, .val_images = 300, .val_accuracy = 0.9, .val_chance = 0.2},
       TransferAdvice::kHeadAlone},
      {{.images = 999, .classes = 5, .val_images = 300, .val_accuracy = 0.76, .val_chance = 0.2},
       TransferAdvice::kHeadAlone},
      {{.images = 999, .classes = 5, .val_images = 300, .val_accuracy = 0.75, .val_chance = 0.2},
       TransferAdvice::kUpperLayers},
      {{.images = 1000, .classes = 5, .val_images = 300, .val_accuracy = 0.5, .val_chance = 0.2},
       TransferAdvice::kAllLonger},
      // 99 % of one class: 99.2 % is no skill.
      {{.images = 5000, .classes = 2, .val_images = 1000, .val_accuracy = 0.992, .val_chance = 0.99},
       TransferAdvice::kScratch},
      {{.images = 5000, .classes = 2, .val_images = 1000, .val_accuracy = 0.999, .val_chance = 0.99},
       TransferAdvice::kAllGently},
      {{.images = 100, .classes = 2, .val_images = 20, .val_accuracy = 0.7, .val_chance = 0.5},
       TransferAdvice::kScratch},
      {{.images = 100, .classes = 2, .val_images = 20, .val_accuracy = 0.5, .val_chance = 0.5},
       TransferAdvice::kScratch},
      // A val split of one class tells nothing.
      {{.images = 100, .classes = 2, .val_images = 20, .val_accuracy = 1, .val_chance = 1}, TransferAdvice::kScratch},
  };
  for (size_t i = 0; i < std::size(kCases); ++i) EXPECT_EQ(Advise(kCases[i].facts), kCases[i].advice) << i;
}

TEST(TransferAdviceTest, EachAdviceHasARow) {
  std::set<TransferAdvice> seen;
  for (const AdviceRow& row : TransferAdvices()) {
    EXPECT_TRUE(seen.insert(row.advice).second);
    EXPECT_EQ(&RowOf(row.advice), &row);
    EXPECT_FALSE(row.what.empty());
    EXPECT_FALSE(row.options.empty());
  }
  EXPECT_EQ(seen.size(), 5u);
}

TEST(TransferAdviceTest, ChanceIsBeatenByTwoStandardErrors) {
  EXPECT_FALSE(BeatsChance(0.5, 0.5, 100));
  EXPECT_FALSE(BeatsChance(0.6, 0.5, 100));
  EXPECT_TRUE(BeatsChance(0.61, 0.5, 100));
  EXPECT_TRUE(BeatsChance(0.52, 0.5, 10000));
  EXPECT_FALSE(BeatsChance(1, 1, 10));
}

}  // namespace
}  // namespace train
