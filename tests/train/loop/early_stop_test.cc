#include "train/loop/early_stop.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace train {
namespace {

std::vector<ValResult> Accuracies(const std::vector<double>& values) {
  std::vector<ValResult> results;
  for (const double value : values) results.push_back({.accuracy = value, .loss = 1 - value, .f1 = value / 2});
  return results;
}

// The epoch, from 1, that ends the phase; 0: none does.
size_t EndOf(const EarlyStop& rule, const std::vector<ValResult>& results) {
  for (size_t epochs = 1; epochs <= results.size(); ++epochs) {
    if (FindStop(rule, std::span(results).first(epochs))) return epochs;
  }
  return 0;
}

TEST(EarlyStopTest, EpochsWithoutAGainEndAPhase) {
  const struct {
    const char* name;
    EarlyStop rule;
    std::vector<double> accuracies;
    size_t end;
  } cases[] = {
      {"off", {}, {0.5, 0.5, 0.5, 0.5}, 0},
      {"stands", {.epochs = 2}, {0.5, 0.5, 0.5, 0.5}, 3},
      {"one epoch", {.epochs = 1}, {0.1, 0.2, 0.2, 0.3}, 3},
      {"gains", {.epochs = 1}, {0.1, 0.2, 0.3, 0.4}, 0},
      {"gains in time", {.epochs = 3}, {0.5, 0.4, 0.4, 0.6, 0.5, 0.5, 0.5}, 7},
      // As Keras does: a small gain is none, and small gains add up.
      {"small gains", {.epochs = 2, .min_delta = 0.002}, {0.5, 0.5015, 0.5019, 0.6}, 3},
      {"small gains that add up", {.epochs = 3, .min_delta = 0.002}, {0.5, 0.5015, 0.503, 0.5035, 0.504, 0.5045}, 6},
      {"falls", {.epochs = 3}, {0.9, 0.8, 0.7, 0.6}, 4},
      {"none yet", {.epochs = 3}, {}, 0},
      {"loss", {.by = BestBy::kLoss, .epochs = 2}, {0.5, 0.6, 0.6, 0.6}, 4},
      {"f1", {.by = BestBy::kF1, .epochs = 2, .min_delta = 0.04}, {0.5, 0.55, 0.57, 0.6}, 3},
  };
  for (const auto& c : cases) {
    const std::vector<ValResult> results = Accuracies(c.accuracies);
    EXPECT_EQ(EndOf(c.rule, results), c.end) << c.name;
    if (c.end > 0) {
      EXPECT_EQ(FindStop(c.rule, std::span(results).first(c.end)), StopReason::kPatience) << c.name;
    }
  }
}

TEST(EarlyStopTest, ATargetEndsTheRun) {
  const std::vector<ValResult> results = Accuracies({0.5, 0.75, 0.5});
  EXPECT_EQ(EndOf({.target = 0.75}, results), 2u);
  EXPECT_EQ(EndOf({.target = 0.76}, results), 0u);
  EXPECT_EQ(EndOf({.by = BestBy::kLoss, .target = 0.25}, results), 2u);
  EXPECT_EQ(EndOf({.by = BestBy::kF1, .target = 0.375}, results), 2u);
  EXPECT_EQ(FindStop({.epochs = 1, .target = 0.5}, results), StopReason::kTarget) << "both";
}

TEST(BestRuleTest, OfEqualScoresTheSmallerLossIsBetter) {
  const ValResult a{.accuracy = 0.9, .loss = 0.5, .f1 = 0.8}, b{.accuracy = 0.8, .loss = 0.4, .f1 = 0.9};
  EXPECT_TRUE(IsBetter(BestBy::kAccuracy, a, b));
  EXPECT_FALSE(IsBetter(BestBy::kAccuracy, b, a));
  EXPECT_TRUE(IsBetter(BestBy::kLoss, b, a));
  EXPECT_TRUE(IsBetter(BestBy::kF1, b, a));
  for (const auto& row : EnumNames(BestBy())) {
    EXPECT_FALSE(IsBetter(row.value, a, a)) << row.name;
    ValResult c = a;
    c.loss = 0.4;
    EXPECT_TRUE(IsBetter(row.value, c, a)) << row.name;
    EXPECT_FALSE(IsBetter(row.value, a, c)) << row.name;
  }
}

}  // namespace
}  // namespace train
