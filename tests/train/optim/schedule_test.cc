#include "train/optim/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/error.h"
#include "train/optim/plateau.h"

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

// Runs of older programs go on with the same bits.
TEST(ScheduleTest, CosineAndOneCycleHaveTheBitsOfTheirFormulas) {
  const auto half_cosine = [](double start, double end, double t) {
    return end + (start - end) / 2 * (1 + std::cos(std::numbers::pi * t));
  };
  for (const int64_t steps : {1, 2, 7, 100, 537}) {
    for (const double warmup : {0.0, 0.15, 0.5}) {
      const Schedule cosine{.kind = ScheduleKind::kCosine, .peak = 3e-4, .warmup = warmup, .steps = steps};
      const Schedule cycle{.kind = ScheduleKind::kOneCycle, .peak = 3e-4, .warmup = warmup, .steps = steps};
      const double all = static_cast<double>(steps), warm = warmup * all, top = warm - 1;
      for (int64_t step = 0; step < steps; ++step) {
        const double at = static_cast<double>(step);
        const double rises = 3e-4 * (at + 1) / std::ceil(warm),
                     falls = half_cosine(3e-4, 0, (at - warm) / (all - warm));
        EXPECT_EQ(cosine.At(at), at < warm ? rises : falls) << steps << " " << warmup << " " << step;
        const double from = std::max(top, 0.0);
        const double rising = half_cosine(3e-4 / 25, 3e-4, top > 0 ? at / top : 1);
        const double falling = half_cosine(3e-4, 3e-4 / 25 / 1e4, all - 1 > from ? (at - from) / (all - 1 - from) : 0);
        EXPECT_EQ(cycle.At(at), at <= top ? rising : falling) << steps << " " << warmup << " " << step;
      }
    }
  }
}

TEST(ScheduleTest, DefaultsEndWhereTheySay) {
  const auto last = [](ScheduleKind kind) {
    const Schedule schedule{.kind = kind, .peak = 1, .warmup = 0.1, .steps = 9000, .epoch_steps = 100};
    return schedule.At(8999);
  };
  EXPECT_NEAR(last(ScheduleKind::kLinear), 0, 2e-4);
  EXPECT_NEAR(last(ScheduleKind::kPolynomial), 0, 1e-6);
  EXPECT_NEAR(last(ScheduleKind::kStep), 0.01, 1e-12);
  EXPECT_NEAR(last(ScheduleKind::kInverseTime), 0.1, 1e-4);
  EXPECT_NEAR(last(ScheduleKind::kExponential), std::pow(0.1, 2.7), 1e-4);
}

TEST(ScheduleTest, EachWarmsUpFromZero) {
  for (const auto& row : EnumNames(ScheduleKind())) {
    if (row.value == ScheduleKind::kOneCycle) continue;  // it begins at a 25th
    Schedule schedule{.kind = row.value, .peak = 2, .warmup = 0.5, .steps = 20, .epoch_steps = 10};
    schedule.options.list = {{1, 1}};
    for (int step = 0; step < 9; ++step) EXPECT_DOUBLE_EQ(schedule.At(step), 0.2 * (step + 1)) << row.name << step;
  }
}

TEST(ScheduleTest, AListHoldsFromAnEpochOn) {
  Schedule schedule{.kind = ScheduleKind::kList, .peak = 2, .warmup = 0, .steps = 20, .epoch_steps = 4};
  schedule.options.list = {{2, 0.5}, {4, 0.25}};
  EXPECT_EQ(schedule.At(0), 2);
  EXPECT_EQ(schedule.At(3), 2);
  EXPECT_EQ(schedule.At(4), 1);
  EXPECT_EQ(schedule.At(11), 1);
  EXPECT_EQ(schedule.At(12), 0.5);
  EXPECT_EQ(schedule.At(19), 0.5);
}

TEST(ScheduleTest, EachOptionIsOfSomeKind) {
  const ScheduleOptions all{.factor = 1, .epochs = 1, .power = 1, .decay = 1, .end = 1, .list = {{1, 1}}};
  ASSERT_EQ(OptionsGiven(all).size(), 6u);
  EXPECT_TRUE(OptionsGiven({}).empty());
  for (const std::string_view name : OptionsGiven(all)) EXPECT_FALSE(KindsThatUse(name).empty()) << name;
  EXPECT_EQ(KindsThatUse("schedule_epochs"),
            (std::vector{ScheduleKind::kStep, ScheduleKind::kExponential, ScheduleKind::kPlateau}));
}

TEST(PlateauTest, PatienceGoesByImagesOfAClass) {
  EXPECT_EQ(PlateauEpochs(995, 5), 5);
  EXPECT_EQ(PlateauEpochs(1000, 5), 4);
  EXPECT_EQ(PlateauEpochs(2499, 5), 4);
  EXPECT_EQ(PlateauEpochs(2500, 5), 2);
}

TEST(ScheduleTest, NamesRoundTripAndOthersAreRefused) {
  EXPECT_EQ(dataset::Names<ScheduleKind>(),
            (std::vector<std::string>{"constant", "linear", "step", "exponential", "inverse-time", "polynomial",
                                      "cosine", "one-cycle", "list", "plateau"}));
  EXPECT_EQ(dataset::NameOf(ScheduleKind::kConstant), "constant");
  EXPECT_EQ(dataset::ParseName<ScheduleKind>("cosine"), ScheduleKind::kCosine);
  EXPECT_EQ(dataset::ParseName<ScheduleKind>("one-cycle"), ScheduleKind::kOneCycle);
  EXPECT_EQ(dataset::ParseName<ScheduleKind>("linar"), std::nullopt);
}

}  // namespace
}  // namespace train
