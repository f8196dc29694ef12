#include "train/metrics/metrics_history.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/testing/testing.h"
#include "tests/train/metrics/metrics_events.h"

namespace train {
namespace {

using dataset::testing::TempDir;
using dataset::testing::WriteFile;

TEST(MetricsHistoryTest, IsTheSameFromTheFileAndAsItIsMade) {
  const TempDir dir;
  MetricsHistory made;
  std::string file;
  for (const auto& event : testing::RunEvents(3, 47)) {
    made.Add(event);
    file += event.dump() + "\n";
  }
  WriteFile(dir / "m", file);
  MetricsHistory read;
  read.Load(dir / "m", file.size());
  ASSERT_EQ(read.epochs().size(), 3u);
  EXPECT_EQ(read.begun(), testing::kBegun);
  for (size_t i = 0; i < 3; ++i) {
    const MetricsEpoch &a = made.epochs()[i], &b = read.epochs()[i];
    EXPECT_EQ(b.report.epoch, i);
    EXPECT_EQ(a.report.val_loss, b.report.val_loss);
    EXPECT_EQ(a.report.learning_rate, b.report.learning_rate);
    ASSERT_EQ(b.stretches.size(), MetricsHistory::kStretches);
    for (size_t k = 0; k < b.stretches.size(); ++k) EXPECT_EQ(a.stretches[k].loss, b.stretches[k].loss);
  }
}

TEST(MetricsHistoryTest, StretchesCoverAllSteps) {
  for (const int steps : {1, 7, 20, 21, 1000}) {
    MetricsHistory history;
    for (const auto& event : testing::RunEvents(2, steps)) history.Add(event);
    const auto& stretches = history.epochs()[1].stretches;
    ASSERT_EQ(stretches.size(), std::min<size_t>(20, static_cast<size_t>(steps))) << steps;
    EXPECT_EQ(stretches.back().step, static_cast<uint64_t>(2 * steps));
    EXPECT_EQ(stretches.back().epoch, 2);
    EXPECT_GT(stretches.front().step, static_cast<uint64_t>(steps));
    for (size_t i = 1; i < stretches.size(); ++i) EXPECT_GT(stretches[i].step, stretches[i - 1].step);
  }
}

TEST(MetricsHistoryTest, WhatIsNoEventOrCutOffIsSkipped) {
  const TempDir dir;
  std::string file = "\n[1]\nnull\n{\"event\":\"step\",\"loss\":\"high\"}\n{\"event\":7}\nnot json\n";
  for (const auto& event : testing::RunEvents(1, 3)) file += event.dump() + "\n";
  const size_t whole = file.size();
  file += R"({"event":"epoch","epoch":2})";
  WriteFile(dir / "m", file);
  MetricsHistory history;
  history.Load(dir / "m", whole);
  EXPECT_EQ(history.epochs().size(), 1u);
  MetricsHistory all;
  all.Load(dir / "m", file.size() + 1);
  ASSERT_EQ(all.epochs().size(), 2u);
  EXPECT_TRUE(std::isnan(all.epochs()[1].report.loss));
  EXPECT_TRUE(all.epochs()[1].stretches.empty());
}

}  // namespace
}  // namespace train
