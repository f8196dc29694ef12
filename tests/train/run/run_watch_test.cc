#include "train/run/run_watch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/train/metrics/metrics_events.h"

namespace train {
namespace {

// What the watch tells is noted, as RunRecorder does it.
class Notes : public TrainObserver {
 public:
  explicit Notes(MetricsHistory& history) : history_(history) {}
  void OnFinding(const Finding& finding) override {
    found.push_back(finding);
    history_.Add({{"event", "warning"}, {"finding", dataset::NameOf(finding.kind)}});
  }
  std::vector<Finding> found;

 private:
  MetricsHistory& history_;
};

// Runs an epoch that waits for half of its time, with a loader whose threads spent these seconds.
std::vector<Finding> FindingsOf(double decode, double augment, double segment_wait, int epochs,
                                MetricsHistory history) {
  dataset::LoaderStats stats;
  stats.seconds[static_cast<size_t>(dataset::LoaderStage::kDecode)] = decode;
  stats.seconds[static_cast<size_t>(dataset::LoaderStage::kAugment)] = augment;
  stats.seconds[static_cast<size_t>(dataset::LoaderStage::kSegmentWait)] = segment_wait;
  stats.seconds[static_cast<size_t>(dataset::LoaderStage::kBufferWait)] = 100;
  Notes notes(history);
  WatchedRun run;
  run.guess_loss = 2.3;
  RunWatch watch(run, {"cat", "owl"}, {[&] { return stats; }, 2}, history, {&notes});
  for (auto event : testing::RunEvents(epochs, 200)) {
    if (event["event"] == "epoch") {
      event["data_wait"] = 0.5;
      event["phase"] = "finetune";
    }
    history.Add(event);
    if (event["event"] == "epoch") {
      EpochReport report = history.epochs().back().report;
      report.epochs = static_cast<uint32_t>(epochs);
      report.never_predicted = {1};
      watch.OnEpoch(report);
    }
  }
  return notes.found;
}

TEST(RunWatchTest, NamesTheLoadersLimitAndTheClassOnce) {
  for (const auto& [decode, augment, wait, part] : {std::tuple(9.0, 1.0, 0.0, "limit is decode: "),
                                                    std::tuple(1.0, 9.0, 0.0, "limit is augment: a lighter `augment`"),
                                                    std::tuple(1.0, 1.0, 8.0, "limit is disk: more `memory`"),
                                                    std::tuple(0.0, 0.0, 0.0, "more `loader_threads`")}) {
    const std::vector<Finding> found = FindingsOf(decode, augment, wait, 4, {});
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].kind, FindingKind::kDataWait);
    EXPECT_EQ(found[0].epoch, 1u);
    EXPECT_NE(found[0].text.find(part), std::string::npos) << found[0].text;
    EXPECT_EQ(found[1].kind, FindingKind::kNeverPredicted);
    EXPECT_EQ(found[1].epoch, 2u);
    EXPECT_NE(found[1].text.find("taken for owl;"), std::string::npos) << found[1].text;
  }
}

TEST(RunWatchTest, WhatTheHistoryHasIsNotToldAgain) {
  MetricsHistory history;
  history.Add({{"event", "warning"}, {"finding", "data_wait"}});
  const std::vector<Finding> found = FindingsOf(9, 1, 0, 4, history);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, FindingKind::kNeverPredicted);
}

TEST(RunWatchTest, TheHighestLossIsThatOfThreeNeighbours) {
  MetricsEpoch epoch;
  EXPECT_TRUE(std::isnan(Watched(epoch).first_loss));
  for (const double loss : {2.0, 1.0, 9.0, 3.0, 6.0, 1.0}) epoch.stretches.push_back({.loss = loss});
  EXPECT_EQ(Watched(epoch).first_loss, 2);
  EXPECT_EQ(Watched(epoch).highest_loss, 6);
  epoch.stretches.resize(2);
  EXPECT_EQ(Watched(epoch).highest_loss, 1.5);
}

}  // namespace
}  // namespace train
