#include "train/metrics/tensorboard_events.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <vector>

#include "dataset/io/file.h"
#include "dataset/record/record_reader.h"
#include "proto/event.pb.h"
#include "tests/testing/testing.h"
#include "tests/train/metrics/metrics_events.h"

namespace train {
namespace {

using dataset::testing::TempDir;
using dataset::testing::WriteFile;
using testing::HistoryOf;

// Our reader checks the CRCs, protoc's message the wire format.
TEST(TensorboardEventsTest, AreRecordsWhoseStepsAndTimesRise) {
  const TempDir dir;
  const MetricsHistory history = HistoryOf(3, 47);
  TensorboardEvents(dir / "events", history, dataset::Sync::kNo);
  dataset::RecordReader reader(dir / "events");
  std::map<std::string, std::vector<std::pair<int64_t, float>>> scalars;
  int64_t step = 0;
  double time = 0;
  while (const auto payload = reader.Next()) {
    dstools::Event event;
    ASSERT_TRUE(event.ParseFromString(std::string(*payload)));
    EXPECT_EQ(event.has_file_version(), reader.records() == 1);
    EXPECT_GE(event.step(), step);
    EXPECT_GE(event.wall_time(), time);
    step = event.step();
    time = event.wall_time();
    for (const auto& value : event.summary().value()) {
      scalars[value.tag()].emplace_back(event.step(), value.simple_value());
    }
  }
  EXPECT_EQ(time, testing::kBegun + 3 * 10.25);
  for (const char* tag :
       {"loss/train", "loss/val", "accuracy/train", "accuracy/val", "images_per_second", "data_wait", "seconds"}) {
    ASSERT_EQ(scalars[tag].size(), 3u) << tag;
    EXPECT_EQ(scalars[tag][1].first, 94);
  }
  EXPECT_EQ(scalars["loss/val"][0].second, 1.7f);
  EXPECT_EQ(scalars["accuracy/val"][0].second, 0.4f);
  EXPECT_EQ(scalars["learning_rate"].size(), 60u);
  EXPECT_EQ(scalars["loss/steps"].size(), 60u);
  EXPECT_EQ(scalars["learning_rate"].back(),
            (std::pair<int64_t, float>(141, static_cast<float>(1e-3 / (1 + 140.0 / 47)))));
  EXPECT_EQ(scalars.size(), 9u);
}

// What a kill left behind, of any length, becomes what the history tells.
TEST(TensorboardEventsTest, AreTheSameAfterAKill) {
  const TempDir dir;
  const MetricsHistory history = HistoryOf(3, 7);
  TensorboardEvents(dir / "whole", history, dataset::Sync::kNo);
  const std::string whole = dataset::ReadFile(dir / "whole");
  std::string other = whole;
  other[other.size() / 2] ^= 1;
  for (const std::string& left :
       {std::string(), whole.substr(0, 30), whole.substr(0, whole.size() - 1), whole, whole + "half", other}) {
    WriteFile(dir / "events", left);
    TensorboardEvents(dir / "events", history, dataset::Sync::kNo);
    EXPECT_EQ(dataset::ReadFile(dir / "events"), whole) << left.size();
  }
}

// A TensorBoard that has the file open reads on in it.
TEST(TensorboardEventsTest, AnOpenFileGrows) {
  const TempDir dir;
  MetricsHistory history;
  std::optional<TensorboardEvents> events;
  std::ifstream open;
  std::string seen;
  for (const auto& event : testing::RunEvents(3, 7)) {
    history.Add(event);
    if (event["event"] == "start") {
      events.emplace(dir / "events", history, dataset::Sync::kNo);
      open.open(dir / "events", std::ios::binary);
    }
    events->Update(history);
    open.clear();
    seen += std::string(std::istreambuf_iterator<char>(open), {});
    if (history.epochs().size() == 2) events.emplace(dir / "events", history, dataset::Sync::kNo);
  }
  TensorboardEvents(dir / "whole", history, dataset::Sync::kNo);
  EXPECT_EQ(seen, dataset::ReadFile(dir / "whole"));
}

// What an epoch adds grows with its stretches, not with its steps.
TEST(TensorboardEventsTest, ALongRunHasASmallFile) {
  EXPECT_LT(EventRecordsOf(HistoryOf(2, 10'000), 1).size(), 3'000u);
}

}  // namespace
}  // namespace train
