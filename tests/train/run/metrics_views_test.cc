#include "train/run/metrics_views.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "dataset/io/file.h"
#include "tests/testing/testing.h"
#include "tests/train/metrics/metrics_events.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using dataset::testing::TempDir;

std::map<std::string, std::string> Views(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& item : fs::directory_iterator(folder)) {
    files[item.path().filename().string()] = dataset::ReadFile(item.path());
  }
  return files;
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

}  // namespace
}  // namespace train
