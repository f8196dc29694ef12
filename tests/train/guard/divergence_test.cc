#include "train/guard/divergence.h"

#include <gtest/gtest.h>

#include <vector>

namespace train {
namespace {

TEST(DivergenceTest, ARunGoesOnSoLong) {
  struct Case {
    OnDivergence answer;
    DivergedLoss loss;
    DivergenceState before;
    bool goes_on;
    DivergenceState after;
    const char* why;
  };
  using enum OnDivergence;
  using enum DivergedLoss;
  for (const Case& one : std::vector<Case>{
           {kStop, kTrain, {}, false, {}, ""},
           {kHalve, kTrain, {}, true, {0.5, 1, 0, 0}, ""},
           {kHalve, kVal, {0.25, 2, 0, 0}, true, {0.125, 3, 0, 0}, ""},
           {kHalve, kTrain, {1, 3, 0, 0}, true, {0.5, 4, 0, 0}, nullptr},  // of a later phase
           {kHalve, kTrain, {0.5, 4, 0, 0}, false, {0.5, 4, 0, 0}, ", although the learning rate was halved 4 times"},
           {kWarn, kTrain, {}, true, {1, 0, 1, 1}, ""},
           {kWarn, kTrain, {1, 0, 5, 1}, true, {1, 0, 6, 2}, nullptr},
           {kWarn, kTrain, {1, 0, 5, 2}, false, {1, 0, 6, 3}, ", for step 3 in a row"},
           {kWarn, kTrain, {1, 0, 9, 0}, true, {1, 0, 10, 1}, nullptr},
           {kWarn, kTrain, {1, 0, 10, 0}, false, {1, 0, 11, 0}, ", after 10 steps that were left out"},
           {kWarn, kVal, {}, false, {}, ""},
       }) {
    DivergenceState state = one.before;
    EXPECT_EQ(MayGoOn(one.answer, one.loss, &state), one.goes_on) << dataset::NameOf(one.answer) << one.before.skipped;
    EXPECT_EQ(state, one.after) << dataset::NameOf(one.answer) << one.before.skipped;
    if (!one.goes_on) {
      EXPECT_EQ(WhyItEnds(one.answer, one.loss, state), one.why);
    }
  }
}

TEST(DivergenceTest, TheEpochIsCountedAsPeopleDo) {
  EXPECT_EQ(WhatDiverged(DivergedLoss::kTrain, 7, 1), "the loss is not finite at step 7 of epoch 2");
  EXPECT_EQ(WhatDiverged(DivergedLoss::kVal, 7, 1), "the val loss is not finite in epoch 2");
}

}  // namespace
}  // namespace train
