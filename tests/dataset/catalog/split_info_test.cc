#include "dataset/catalog/split_info.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::TempDir;
using testing::WriteFile;

SplitInfo Sample() {
  SplitInfo info;
  info.tool_version = "0.1.0";
  info.root = "/photos";
  info.seed = 18446744073709551615u;
  info.classes = {"cat", "dög"};
  info.splits = {{Split::kTrain, 5, {3, 2}}, {Split::kTest, 1, {1, 0}}};
  info.skipped_hidden = 2;
  info.rejected = 3;
  info.duplicates_dropped = 4;
  info.groups = 5;
  info.fingerprint = std::string(64, 'f');
  info.options = {{"ratio", "80,20"}, {"seed", "1"}};
  return info;
}

std::string ErrorOf(const std::string& json) {
  try {
    ParseSplitInfo(json, "split.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Another JSON reader sees all fields of proto/dataset_info.proto, including those that are 0.
TEST(SplitInfoTest, WritesEveryFieldOfTheMessage) {
  const std::string text = FormatSplitInfo(Sample());
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(R"({
    "format_version": 1, "tool_version": "0.1.0", "root": "/photos", "seed": "18446744073709551615",
    "classes": ["cat", "dög"],
    "splits": [{"name": "train", "samples": 5, "samples_per_class": [3, 2]},
               {"name": "test", "samples": 1, "samples_per_class": [1, 0]}],
    "skipped_hidden": 2, "skipped_not_image": 0, "rejected": 3, "duplicates_dropped": 4, "groups": 5,
    "fingerprint": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "options": {"ratio": "80,20", "seed": "1"}})"));
}

TEST(SplitInfoTest, RoundTrips) {
  const std::string text = FormatSplitInfo(Sample());
  const SplitInfo info = ParseSplitInfo(text, "split.json");
  EXPECT_EQ(info.seed, Sample().seed);
  EXPECT_EQ(info.options, Sample().options);
  EXPECT_EQ(info.groups, 5u);
  EXPECT_EQ(FormatSplitInfo(info), text);
}

TEST(SplitInfoTest, RefusesDamage) {
  const nlohmann::json good = nlohmann::json::parse(FormatSplitInfo(Sample()));
  const auto with = [&](const std::string& patch) {
    nlohmann::json changed = good;
    changed.merge_patch(nlohmann::json::parse(patch));
    return ErrorOf(changed.dump());
  };
  EXPECT_EQ(with("{}"), "");
  EXPECT_EQ(with(R"({"format_version": 2})"), "split.json: format version 2; this program reads version 1");
  EXPECT_EQ(with(R"({"format_version": null})"), "split.json: format version 0; this program reads version 1");
  EXPECT_EQ(with(R"({"root": ""})"), "split.json: names no root");
  EXPECT_EQ(with(R"({"classes": ["cat"]})"), "split.json: the counts of split train do not add up");
  EXPECT_EQ(with(R"({"splits": [{"name": "dev"}]})"), "split.json: \"dev\" is no split: train, val or test");
  EXPECT_EQ(with(R"({"splits": [{"name": "train", "samples": 1, "samples_per_class": [3, 2]}]})"),
            "split.json: the counts of split train do not add up");
  EXPECT_EQ(
      with(
          R"({"splits": [{"name": "val", "samples_per_class": [0, 0]}, {"name": "train", "samples_per_class": [0, 0]}]})"),
      "split.json: the splits are not in the order train, val, test");
  for (const std::string text :
       {"", "{", "[]", "7", "path,label,split\n", R"({"seed": -1})", R"({"classes": "cat"})"}) {
    EXPECT_EQ(ErrorOf(text).substr(0, 12), "split.json: ") << text;
  }
}

TEST(SplitInfoTest, EveryCutOffFileIsRefused) {
  const std::string text = FormatSplitInfo(Sample());
  for (size_t size = 0; size + 2 < text.size(); ++size) EXPECT_NE(ErrorOf(text.substr(0, size)), "") << size;
}

TEST(SplitInfoTest, RootMayBeRelativeToTheFolder) {
  TempDir dir;
  WriteFile(dir / "split.json", FormatSplitInfo(Sample()));
  EXPECT_EQ(LoadSplitRoot(dir.path()), "/photos");
  SplitInfo info = Sample();
  info.root = "../photos";
  WriteFile(dir / "split.json", FormatSplitInfo(info));
  EXPECT_EQ(LoadSplitRoot(dir.path()), dir / "../photos");
}

TEST(SplitInfoTest, AFolderWithoutSplitJsonIsNotComplete) {
  TempDir dir;
  WriteFile(dir / "manifest.csv", "path,label,split\n");
  try {
    LoadSplitRoot(dir.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              (dir / "split.json").string() + ": not there, so this is no complete split folder; run dsplit (again)");
  }
}

}  // namespace
}  // namespace dataset
