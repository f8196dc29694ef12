#include "train/optim/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "dataset/base/error.h"

namespace train {
namespace {

TEST(ScheduleTest, ConstantStaysAtItsPeak) {
  const Schedule schedule{.kind = ScheduleKind::kConstant, .peak = 0.5, .warmup = 0, .steps = 7};
  for (int64_t step = 0; step < 7; ++step) EXPECT_EQ(schedule.At(step), 0.5);
}

TEST(ScheduleTest, OneCycleEqualsPyTorch) {
  // The rates of torch 1.13.1's OneCycleLR(Adam, max_lr=3e-4, total_steps=20, pct_start=0.15).
  const std::vector<double> expected = {1.20000000e-05, 1.56000000e-04, 3.00000000e-04, 2.97445975e-04, 2.89870875e-04,
                                        2.77532660e-04, 2.60851494e-04, 2.40395434e-04, 2.16861086e-04, 1.91049884e-04,
                                        1.63840799e-04, 1.36160401e-04, 1.08951316e-04, 8.31401141e-05, 5.96057661e-05,
                                        3.91497058e-05, 2.24685398e-05, 1.01303251e-05, 2.55522483e-06, 1.20000000e-09};
  const Schedule schedule{.kind = ScheduleKind::kOneCycle, .peak = 3e-4, .warmup = 0.15, .steps = 20};
  for (int64_t step = 0; step < 20; ++step) {
    EXPECT_NEAR(schedule.At(step), expected[static_cast<size_t>(step)], 1e-12) << step;
  }
}

TEST(ScheduleTest, OneCycleOfFewStepsIsFinite) {
  for (int64_t steps = 1; steps < 5; ++steps) {
    for (const double warmup : {0.0, 0.15, 0.9}) {
      const Schedule schedule{.kind = ScheduleKind::kOneCycle, .peak = 1, .warmup = warmup, .steps = steps};
      for (int64_t step = 0; step < steps; ++step) {
        EXPECT_GT(schedule.At(step), 0) << steps << " " << warmup << " " << step;
        EXPECT_LE(schedule.At(step), 1);
      }
    }
  }
}

TEST(ScheduleTest, CosineWarmsUpThenFalls) {
  const Schedule schedule{.kind = ScheduleKind::kCosine, .peak = 2, .warmup = 0.2, .steps = 10};
  EXPECT_DOUBLE_EQ(schedule.At(0), 1);
  EXPECT_DOUBLE_EQ(schedule.At(1), 2);
  EXPECT_DOUBLE_EQ(schedule.At(2), 2);
  EXPECT_DOUBLE_EQ(schedule.At(6), 1);
  EXPECT_NEAR(schedule.At(9), 1 + std::cos(std::numbers::pi * 7 / 8), 1e-12);
}

TEST(ScheduleTest, NamesRoundTripAndOthersAreRefused) {
  EXPECT_EQ(dataset::Names<ScheduleKind>(), (std::vector<std::string>{"constant", "cosine", "one-cycle"}));
  EXPECT_EQ(dataset::NameOf(ScheduleKind::kConstant), "constant");
  EXPECT_EQ(dataset::ParseName<ScheduleKind>("cosine"), ScheduleKind::kCosine);
  EXPECT_EQ(dataset::ParseName<ScheduleKind>("one-cycle"), ScheduleKind::kOneCycle);
  EXPECT_EQ(dataset::ParseName<ScheduleKind>("linear"), std::nullopt);
}

}  // namespace
}  // namespace train
