#include "train/run/metrics_views.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <limits>
#include <map>
#include <regex>
#include <set>

#include "dataset/io/file.h"
#include "dataset/record/record_reader.h"
#include "proto/event.pb.h"
#include "tests/testing/testing.h"
#include "tests/train/run/metrics_events.h"
#include "train/run/metrics_table.h"
#include "train/run/training_curves.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;

MetricsHistory HistoryOf(int epochs, int steps) {
  MetricsHistory history;
  for (const auto& event : testing::RunEvents(epochs, steps)) history.Add(event);
  return history;
}

std::map<std::string, std::string> Views(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& item : fs::directory_iterator(folder)) {
    files[item.path().filename().string()] = dataset::ReadFile(item.path());
  }
  return files;
}

TEST(MetricsTableTest, IsARowAnEpoch) {
  MetricsHistory history = HistoryOf(2, 5);
  history.Add({{"event", "epoch"}, {"phase", "finetune"}, {"epoch", 3u}, {"step", 15u}, {"loss", 0.5}});
  const std::string table = FormatMetricsTable(history);
  EXPECT_TRUE(table.starts_with(kMetricsTableBegin));
  std::istringstream lines(table);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line,
            "epoch,phase,step,best,loss,accuracy,val_loss,val_accuracy,learning_rate,images_per_second,data_wait,"
            "seconds");
  std::getline(lines, line);
  EXPECT_EQ(line, "1,head,5,1,1.5,0.5,1.7,0.4,0.0005555555555555556,150.5,0.01,10.25");
  std::getline(lines, line);
  std::getline(lines, line);
  EXPECT_EQ(line, "3,finetune,15,0,0.5,,,,,,,") << "what an older file lacks";
  EXPECT_FALSE(std::getline(lines, line));
}

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
  EXPECT_EQ(scalars["learning_rate"].back(), (std::pair<int64_t, float>(141, static_cast<float>(1e-3 / (1 + 140.0 / 47)))));
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

TEST(TrainingCurvesTest, DrawsBothPhasesAndAllLines) {
  const std::string svg = FormatTrainingCurves(HistoryOf(4, 30));
  EXPECT_TRUE(svg.starts_with(kCurvesBegin));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  for (const char* part :
       {">head</text>", ">finetune</text>", ">loss</text>", ">accuracy</text>", ">epoch</text>",
        ">learning rate</text>", ">train</text>", ">val</text>", ">best: epoch 4</text>", "fill=\"white\""}) {
    EXPECT_NE(svg.find(part), std::string::npos) << part;
  }
  size_t lines = 0;
  for (size_t at = 0; (at = svg.find("<polyline", at)) != std::string::npos; ++at) ++lines;
  EXPECT_EQ(lines, 6u);
  EXPECT_EQ(svg.find("script"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

// Every element is closed, and no coordinate lies outside.
TEST(TrainingCurvesTest, IsSoundForAnyHistory) {
  MetricsHistory odd;
  odd.Add({{"event", "epoch"}, {"epoch", 1u}, {"loss", 1e300}, {"val_loss", nullptr}, {"val_accuracy", 0}});
  odd.Add({{"event", "epoch"}, {"epoch", 2u}, {"loss", -1e300}, {"val_loss", 1e308}, {"val_accuracy", 7}});
  MetricsHistory zero;
  zero.Add({{"event", "step"}, {"loss", 0}, {"learning_rate", 0}});
  zero.Add({{"event", "epoch"}, {"loss", 0}, {"val_loss", 0}, {"accuracy", 0}, {"val_accuracy", 0}, {"best", true}});
  for (const MetricsHistory& history : {MetricsHistory(), HistoryOf(1, 1), HistoryOf(200, 3), odd, zero}) {
    const std::string svg = FormatTrainingCurves(history);
    std::vector<std::string> open;
    const std::regex tag("<(/?)([a-z]+)[^>]*?(/?)>");
    for (std::sregex_iterator match(svg.begin(), svg.end(), tag), end; match != end; ++match) {
      if ((*match)[1].length() > 0) {
        ASSERT_FALSE(open.empty());
        EXPECT_EQ(open.back(), (*match)[2].str());
        open.pop_back();
      } else if ((*match)[3].length() == 0) {
        open.push_back((*match)[2].str());
      }
    }
    EXPECT_TRUE(open.empty());
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf\""), std::string::npos);
  }
}

TEST(MetricsViewsTest, AreTheSameAfterEachEpochAndAtOnce) {
  const TempDir dir;
  fs::create_directories(dir / "grown");
  fs::create_directories(dir / "made");
  MetricsHistory history;
  std::optional<MetricsViews> views;
  for (const auto& event : testing::RunEvents(3, 12)) {
    history.Add(event);
    if (!views) views.emplace(RunDirectory(dir / "grown"), history, dataset::Sync::kNo);
    if (event["event"] == "epoch") views->Update(history);
  }
  views->Finish(history);
  MetricsViews(RunDirectory(dir / "made"), history, dataset::Sync::kYes).Finish(history);
  EXPECT_EQ(Views(dir / "grown"), Views(dir / "made"));
  EXPECT_EQ(Views(dir / "made").size(), 3u);
}

// A long run: what an epoch adds to the files grows with its stretches, not with its steps.
TEST(MetricsViewsTest, ALongRunHasSmallFiles) {
  const MetricsHistory history = HistoryOf(1000, 100);
  EXPECT_LT(FormatTrainingCurves(history).size(), 200'000u);
  EXPECT_LT(FormatMetricsTable(history).size(), 200'000u);
  EXPECT_LT(EventRecordsOf(history, 999).size(), 3'000u);
}

}  // namespace
}  // namespace train
