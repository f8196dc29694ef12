// Tests which samples dataset/split/splitter.h keeps together, and how it deals and drops them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "dataset/base/error.h"
#include "dataset/codec/encoder.h"
#include "dataset/image/resize.h"
#include "dataset/split/splitter.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::MakePicture;
using testing::TempDir;
using testing::TinyPng;
using testing::WriteFile;

class SplitGroupsTest : public ::testing::Test {
 protected:
  SplitGroupsTest() {
    options_.source = dir_.path();
    options_.ratio = {60, 20, 20};
    options_.min_per_class = 1;
    options_.seed = 1;
  }
  void Add(const std::string& path, const std::string& content = "") {
    WriteFile(dir_ / path, TinyPng(content.empty() ? path : content));
  }
  void AddImages(const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) Add(prefix + std::to_string(1000 + i) + ".png");
  }
  SplitReport Run() {
    NoProgress progress;
    return MakeSplit(options_, progress);
  }
  std::string ErrorText() {
    try {
      Run();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  static std::map<std::string, Split> SplitsOf(const SplitReport& report) {
    std::map<std::string, Split> splits;
    for (const ManifestEntry& entry : report.manifest.entries) splits[entry.path] = entry.split;
    return splits;
  }
  static bool Warns(const SplitReport& report, const std::string& part) {
    return std::any_of(report.warnings.begin(), report.warnings.end(),
                       [&](const std::string& warning) { return warning.find(part) != warning.npos; });
  }
  // Readers of the manifest refuse groups in two splits.
  static void ExpectReadable(const SplitReport& report) {
    const std::string csv = FormatManifest(report.manifest);
    EXPECT_EQ(FormatManifest(ParseManifest(csv, "manifest.csv", report.manifest.classes)), csv);
  }

  TempDir dir_;
  SplitOptions options_;
};

// In split-folders issue 14, 485092_Soft_... and 485092_Hard_... are one patient.
TEST_F(SplitGroupsTest, GroupsByRegexStayInOneSplitAcrossClasses) {
  for (int patient = 0; patient < 30; ++patient) {
    for (const char* label : {"ill", "well"}) {
      for (int i = 0; i <= patient % 3; ++i) {
        Add(std::string(label) + "/" + std::to_string(100 + patient) + "_" + std::to_string(i) + ".png");
      }
    }
  }
  Add("well/nobody.png");
  options_.group_by = R"(regex:^(\d+)_)";
  const SplitReport report = Run();
  ExpectReadable(report);
  EXPECT_EQ(report.groups, 30u);
  for (const ManifestEntry& entry : report.manifest.entries) {
    const std::string name = fs::path(entry.path).filename();
    EXPECT_EQ(entry.group, name == "nobody.png" ? "" : name.substr(0, 3));
  }
  for (const auto& counts : report.counts) {
    for (size_t label = 0; label < 2; ++label) EXPECT_GE(counts[label], 12u - 6u);
  }
}

// In DIGITS issue 212, augmented copies of a picture lie in a folder of their own.
TEST_F(SplitGroupsTest, GroupByParentKeepsFoldersWhole) {
  for (int series = 0; series < 10; ++series) AddImages("a/series" + std::to_string(series) + "/", 3);
  options_.group_by = "parent";
  std::map<std::string, std::set<Split>> splits;
  for (const auto& [path, split] : SplitsOf(Run())) splits[fs::path(path).parent_path()].insert(split);
  EXPECT_EQ(splits.size(), 10u);
  for (const auto& [series, of_series] : splits) EXPECT_EQ(of_series.size(), 1u) << series;
}

TEST_F(SplitGroupsTest, GroupByColumnOfAList) {
  std::string rows = "path,label,patient\n";
  for (int i = 0; i < 20; ++i) {
    Add("img/" + std::to_string(i) + ".png");
    rows += "img/" + std::to_string(i) + ".png,a," + (i < 10 ? "p" + std::to_string(i / 2) : "") + "\n";
  }
  WriteFile(dir_ / "list.csv", rows);
  options_.source = dir_ / "list.csv";
  options_.group_by = "column:patient";
  const SplitReport report = Run();
  ExpectReadable(report);
  EXPECT_EQ(report.groups, 5u);
}

TEST_F(SplitGroupsTest, AClassOfOneGroupIsWarnedOf) {
  AddImages("a/one/", 10);
  AddImages("b/one/", 10);
  AddImages("b/two/", 10);
  AddImages("b/three/", 10);
  options_.group_by = "parent";
  const SplitReport report = Run();
  EXPECT_TRUE(Warns(report, "1 of 2 classes without images in test, the first a"));
  EXPECT_TRUE(Warns(report, "whole groups make 2 of 2 classes miss their quotas"));
}

// In the dataset RIAWELC all test images are byte-identical to training images.
TEST_F(SplitGroupsTest, EqualFilesStayInOneSplit) {
  AddImages("a/", 40);
  for (int i = 0; i < 40; ++i) Add("a/copy of " + std::to_string(1000 + i), "a/" + std::to_string(1000 + i) + ".png");
  for (uint64_t seed = 0; seed < 5; ++seed) {
    options_.seed = seed;
    const SplitReport report = Run();
    ExpectReadable(report);
    const auto splits = SplitsOf(report);
    EXPECT_EQ(report.groups, 40u);
    EXPECT_EQ(report.duplicates.size(), 40u);
    for (int i = 1000; i < 1040; ++i) {
      EXPECT_EQ(splits.at("a/" + std::to_string(i) + ".png"), splits.at("a/copy of " + std::to_string(i)));
    }
  }
}

TEST_F(SplitGroupsTest, EqualFilesUnderTwoLabelsAreALabelConflict) {
  AddImages("cat/", 10);
  AddImages("dog/", 10);
  Add("dog/x.png", "cat/1003.png");
  for (DuplicateRule rule : {DuplicateRule::kGroup, DuplicateRule::kDrop}) {
    options_.duplicates = rule;
    const SplitReport report = Run();
    EXPECT_TRUE(
        Warns(report, "label conflict: 1 picture also under another label, the first cat/1003.png and dog/x.png"));
    EXPECT_EQ(report.dropped.size(), 0u);
    const auto splits = SplitsOf(report);
    EXPECT_EQ(splits.at("cat/1003.png"), splits.at("dog/x.png"));
    ASSERT_EQ(report.duplicates.size(), 1u);
    EXPECT_TRUE(report.duplicates[0].conflict);
  }
}

TEST_F(SplitGroupsTest, DropConflictsKeepsNoCopyOfAConflict) {
  AddImages("cat/", 10);
  AddImages("dog/", 10);
  Add("cat/x.png", "cat/1001.png");
  Add("dog/x.png", "cat/1003.png");
  options_.duplicates = DuplicateRule::kDropConflicts;
  const SplitReport report = Run();
  ExpectReadable(report);
  EXPECT_EQ(report.dropped.size(), 3u);
  const auto splits = SplitsOf(report);
  EXPECT_EQ(splits.size(), 19u);
  for (const char* path : {"cat/1003.png", "dog/x.png", "cat/x.png"}) EXPECT_FALSE(splits.contains(path)) << path;
  EXPECT_TRUE(Warns(report,
                    "label conflict: 1 picture also under another label, the first cat/1003.png and dog/x.png; left "
                    "out (duplicates.csv)"));
}

TEST_F(SplitGroupsTest, APictureInThreeClassesIsNamedAPlaceholder) {
  for (const char* label : {"cat/", "dog/", "owl/", "yak/"}) AddImages(label, 10);
  for (const char* path : {"cat/a.png", "cat/b.png", "dog/a.png", "owl/a.png"}) Add(path, "no picture");
  SplitReport report = Run();
  EXPECT_TRUE(Warns(report,
                    "1 placeholder, one picture in three or more classes: cat/a.png, 4 files in 3 of 4 classes; "
                    "`duplicates` drop-conflicts leaves such pictures out (duplicates.csv)"));
  EXPECT_FALSE(Warns(report, "label conflict"));
  Add("dog/cat.png", "cat/1003.png");
  for (const char* path : {"dog/b.png", "owl/b.png", "yak/b.png"}) Add(path, "moved");
  options_.duplicates = DuplicateRule::kDropConflicts;
  report = Run();
  EXPECT_TRUE(Warns(report,
                    "2 placeholders, one picture in three or more classes: first cat/a.png, 4 files in 3 of 4 classes; "
                    "left out (duplicates.csv)"));
  EXPECT_TRUE(Warns(report, "label conflict: 1 picture also under another label, the first cat/1003.png and dog/"));
  EXPECT_EQ(report.manifest.entries.size(), 39u);
  EXPECT_EQ(report.dropped.size(), 9u);
}

TEST_F(SplitGroupsTest, DropKeepsTheFirstPath) {
  AddImages("a/", 10);
  Add("a/0.png", "a/1003.png");
  Add("a/z.png", "a/1003.png");
  options_.duplicates = DuplicateRule::kDrop;
  const SplitReport report = Run();
  EXPECT_EQ(report.dropped.size(), 2u);
  const auto splits = SplitsOf(report);
  EXPECT_EQ(splits.size(), 10u);
  EXPECT_TRUE(splits.contains("a/0.png"));
  options_.duplicates = DuplicateRule::kIgnore;
  EXPECT_EQ(Run().manifest.entries.size(), 12u);
  EXPECT_TRUE(Run().duplicates.empty());
}

TEST_F(SplitGroupsTest, NearDuplicatesStayInOneSplit) {
  for (uint32_t i = 0; i < 10; ++i) {
    const Image picture = MakePicture(120, 160, 3, i);
    Image smaller;
    ResizeImage(picture, Rect{0, 0, 160, 120}, 80, 60, Interpolation::kAuto, &smaller);
    std::string large, small;
    EncodeJpeg(picture, 90, &large);
    EncodeJpeg(smaller, 70, &small);
    WriteFile(dir_ / ("a/" + std::to_string(i) + "large.jpg"), large);
    WriteFile(dir_ / ("a/" + std::to_string(i) + "small.jpg"), small);
  }
  options_.near_duplicates = 4;
  const SplitReport report = Run();
  ExpectReadable(report);
  const auto splits = SplitsOf(report);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(splits.at("a/" + std::to_string(i) + "large.jpg"), splits.at("a/" + std::to_string(i) + "small.jpg"));
  }
}

// The word of `duplicates` is for equal bytes.
TEST_F(SplitGroupsTest, LookAlikesAreNeverDropped) {
  const auto add = [&](const std::string& label, const std::string& name, uint32_t seed, int quality) {
    std::string jpeg;
    EncodeJpeg(MakePicture(120, 160, 3, seed), quality, &jpeg);
    WriteFile(dir_ / label / name, jpeg);
  };
  for (uint32_t i = 0; i < 10; ++i) {
    add("a", std::to_string(i) + ".jpg", i, 90);
    add("b", std::to_string(i) + ".jpg", 200 + i, 90);
  }
  add("a", "0copy.jpg", 0, 90);    // equal bytes
  add("a", "0low.jpg", 0, 60);     // alike
  add("a", "zlow.jpg", 0, 50);     // alike
  add("b", "1of a.jpg", 1, 90);    // equal bytes under another label
  add("a", "1low.jpg", 1, 60);     // like both
  add("b", "2like a.jpg", 2, 60);  // alike under another label
  options_.near_duplicates = 4;
  const auto paths_of = [](const SplitReport& report) {
    std::vector<std::string> paths;
    for (const DroppedSample& sample : report.dropped) {
      paths.push_back(sample.path + " " + std::string(NameOf(sample.fate)));
    }
    return paths;
  };
  const struct {
    DuplicateRule rule;
    std::vector<std::string> dropped;
  } kCases[] = {
      {DuplicateRule::kGroup, {}},
      {DuplicateRule::kDrop, {"a/0copy.jpg of equal bytes"}},
      {DuplicateRule::kDropConflicts,
       {"a/0copy.jpg of equal bytes", "a/1.jpg of equal bytes in several classes",
        "b/1of a.jpg of equal bytes in several classes"}},
  };
  for (const auto& test : kCases) {
    options_.duplicates = test.rule;
    const SplitReport report = Run();
    EXPECT_EQ(paths_of(report), test.dropped);
    ExpectReadable(report);
    const auto splits = SplitsOf(report);
    EXPECT_EQ(splits.size(), 26u - test.dropped.size());
    EXPECT_EQ(splits.at("a/0.jpg"), splits.at("a/0low.jpg"));
    EXPECT_EQ(splits.at("a/0.jpg"), splits.at("a/zlow.jpg"));
    EXPECT_EQ(splits.at("a/2.jpg"), splits.at("b/2like a.jpg"));
    EXPECT_TRUE(splits.contains("a/1low.jpg"));
    EXPECT_TRUE(Warns(report, "label conflict: 1 picture also under another label, the first a/1.jpg and b/1of a.jpg"));
    EXPECT_TRUE(Warns(report,
                      "label conflict: 1 picture like one under another label, the first a/2.jpg and b/2like a.jpg "
                      "(duplicates.csv)"));
  }
}

// What a dropped picture has joined stays together.
TEST_F(SplitGroupsTest, LookAlikesOfADroppedConflictStayInOneSplit) {
  const auto add = [&](const std::string& path, uint32_t seed, int quality) {
    std::string jpeg;
    EncodeJpeg(MakePicture(120, 160, 3, seed), quality, &jpeg);
    WriteFile(dir_ / path, jpeg);
  };
  for (uint32_t i = 0; i < 20; ++i) {
    const std::string name = std::to_string(i);
    add("a/" + name + ".jpg", i, 90);
    add("b/" + name + " conflict.jpg", i, 90);
    add("b/" + name + " low.jpg", i, 60);
    add("b/" + name + " lower.jpg", i, 50);
    add("a/" + name + " alone.jpg", 100 + i, 90);
  }
  options_.near_duplicates = 4;
  options_.duplicates = DuplicateRule::kDropConflicts;
  const SplitReport report = Run();
  EXPECT_EQ(report.dropped.size(), 40u);
  EXPECT_EQ(report.groups, 20u);
  const auto splits = SplitsOf(report);
  EXPECT_EQ(splits.size(), 60u);
  for (int i = 0; i < 20; ++i) {
    const std::string name = "b/" + std::to_string(i);
    EXPECT_EQ(splits.at(name + " low.jpg"), splits.at(name + " lower.jpg"));
  }
}

// The published splits of the datasets HSLVision and PlantSeg leak.
TEST_F(SplitGroupsTest, LeaksOfReadyMadeSplitsAreReported) {
  AddImages("train/a/", 10);
  AddImages("val/a/", 3);
  Add("val/a/x.png", "train/a/1001.png");
  options_.ratio.reset();
  const SplitReport report = Run();
  EXPECT_TRUE(Warns(report, "leak: 1 group in several splits, the first with train/a/1001.png and val/a/x.png"));
  ExpectReadable(report);
  options_.duplicates = DuplicateRule::kDrop;
  EXPECT_FALSE(Warns(Run(), "leak"));
}

// The split of an old image never changes when others are added.
TEST_F(SplitGroupsTest, HashAssignmentIsStable) {
  AddImages("a/", 200);
  AddImages("b/", 100);
  options_.assign = Assign::kHash;
  const auto before = SplitsOf(Run());
  AddImages("a/another", 100);
  AddImages("c/", 50);
  Add("a/0 copy.png", "b/1007.png");
  const auto after = SplitsOf(Run());
  for (const auto& [path, split] : before) EXPECT_EQ(after.at(path), split) << path;
  EXPECT_EQ(after.at("a/0 copy.png"), after.at("b/1007.png"));
  options_.seed = 2;
  EXPECT_NE(SplitsOf(Run()), after);
}

TEST_F(SplitGroupsTest, HashAssignmentKeepsGroupsAndTellsOfLeaks) {
  for (int i = 0; i < 60; ++i) Add("a/" + std::to_string(i / 3) + "_" + std::to_string(i) + ".png");
  for (int i = 0; i < 20; ++i) Add("a/" + std::to_string(i) + "_copy.png", "the same");
  options_.assign = Assign::kHash;
  options_.group_by = R"(regex:^(\d+)_)";
  const SplitReport report = Run();
  ExpectReadable(report);
  std::map<std::string, std::set<Split>> splits;
  for (const ManifestEntry& entry : report.manifest.entries) splits[entry.group].insert(entry.split);
  EXPECT_EQ(splits.size(), 20u);
  for (const auto& [group, of_group] : splits) EXPECT_EQ(of_group.size(), 1u) << group;
  EXPECT_TRUE(Warns(report, "leak: 1 picture in several splits"));
}

TEST_F(SplitGroupsTest, FoldsAreStratifiedAndGroupsWhole) {
  for (int i = 0; i < 100; ++i) Add("a/" + std::to_string(i / 2) + "_" + std::to_string(i) + ".png");
  AddImages("b/x", 53);
  options_.ratio.reset();
  options_.kfold = 5;
  options_.group_by = R"(regex:^(\d+)_)";
  const SplitReport report = Run();
  ExpectReadable(report);
  std::map<std::string, std::set<uint32_t>> folds_of;
  std::map<std::pair<std::string, uint32_t>, int> counts;
  for (const ManifestEntry& entry : report.manifest.entries) {
    EXPECT_EQ(entry.split, Split::kTrain);
    ASSERT_TRUE(entry.fold);
    ++counts[{entry.label, *entry.fold}];
    if (!entry.group.empty()) folds_of[entry.group].insert(*entry.fold);
  }
  for (uint32_t fold = 0; fold < 5; ++fold) {
    EXPECT_EQ((counts[{"a", fold}]), 20);
    EXPECT_NEAR((counts[{"b", fold}]), 10.6, 1);
  }
  for (const auto& [group, folds] : folds_of) EXPECT_EQ(folds.size(), 1u) << group;
}

TEST_F(SplitGroupsTest, FoldsLeaveTestOut) {
  AddImages("a/", 50);
  options_.kfold = 4;
  options_.ratio = {80, 0, 20};
  const SplitReport report = Run();
  EXPECT_EQ(report.counts[2][0], 10u);
  for (const ManifestEntry& entry : report.manifest.entries) {
    EXPECT_EQ(entry.fold.has_value(), entry.split == Split::kTrain);
  }
}

TEST_F(SplitGroupsTest, FixedCountsOfEachClass) {
  AddImages("a/", 30);
  AddImages("b/", 20);
  options_.ratio.reset();
  options_.fixed = {5, 3};
  EXPECT_EQ(Run().counts, (std::array<std::vector<uint32_t>, 3>{{{22, 12}, {5, 5}, {3, 3}}}));
  options_.fixed = {10, 5, 3};
  EXPECT_EQ(Run().counts, (std::array<std::vector<uint32_t>, 3>{{{10, 10}, {5, 5}, {3, 3}}}));
  options_.fixed = {10, 10};
  EXPECT_NE(ErrorText().find("class b has 20 images, but `fixed` 10,10 needs 21"), std::string::npos) << ErrorText();
}

TEST_F(SplitGroupsTest, SampleTakesAStratifiedPart) {
  AddImages("a/", 200);
  AddImages("b/", 50);
  options_.ratio = {50, 50};
  options_.sample = 0.1;
  const SplitReport report = Run();
  EXPECT_EQ(report.counts[0], (std::vector<uint32_t>{10, 3}));
  EXPECT_EQ(report.counts[1], (std::vector<uint32_t>{10, 2}));
  options_.assign = Assign::kHash;
  const auto part = SplitsOf(Run());
  EXPECT_NEAR(static_cast<double>(part.size()), 25, 15);
  options_.sample.reset();
  const auto all = SplitsOf(Run());
  for (const auto& [path, split] : part) EXPECT_EQ(all.at(path), split);
}

TEST_F(SplitGroupsTest, BalanceTouchesTrainAlone) {
  AddImages("a/", 50);
  AddImages("b/", 20);
  options_.balance = Balance::kUndersample;
  EXPECT_EQ(Run().counts, (std::array<std::vector<uint32_t>, 3>{{{12, 12}, {10, 4}, {10, 4}}}));
  options_.balance = Balance::kOversample;
  const SplitReport report = Run();
  ExpectReadable(report);
  EXPECT_EQ(report.counts[0], (std::vector<uint32_t>{30, 12}));
  uint32_t repeats = 0;
  for (const ManifestEntry& entry : report.manifest.entries) {
    if (entry.label == "b" && entry.split == Split::kTrain) repeats += entry.repeat;
  }
  EXPECT_EQ(repeats, 30u);
}

}  // namespace
}  // namespace dataset
