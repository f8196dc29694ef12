#include "dataset/split/splitter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <span>

#include "dataset/base/error.h"
#include "dataset/base/largest_remainder.h"
#include "dataset/base/random.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using Counts = std::vector<uint32_t>;
using testing::TempDir;
using testing::TinyPng;
using testing::WriteFile;

void AddImages(const fs::path& folder, int count) {
  fs::create_directories(folder);
  for (int i = 0; i < count; ++i) {
    const fs::path path = folder / (std::to_string(1000 + i) + ".png");
    WriteFile(path, TinyPng(path.string()));
  }
}

SplitReport Split3(const SplitOptions& options) {
  NoProgress progress;
  return MakeSplit(options, progress);
}

SplitReport Split3(const fs::path& root, const std::vector<double>& ratio, uint64_t seed = 1) {
  SplitOptions options;
  options.source = root;
  options.ratio = ratio;
  options.seed = seed;
  options.min_per_class = 1;
  return Split3(options);
}

SplitReport TakeReadyMade(const fs::path& root, std::optional<double> val_fraction = std::nullopt) {
  SplitOptions options;
  options.source = root;
  options.val_fraction = val_fraction;
  return Split3(options);
}

struct Failure {
  std::string what;
  bool usage = false;
};

Failure FailureOf(const SplitOptions& options) {
  try {
    Split3(options);
  } catch (const Error& error) {
    return {error.what(), error.usage()};
  }
  return {};
}

Failure FailureOf(const fs::path& root, const std::optional<std::vector<double>>& ratio = std::nullopt,
                  std::optional<double> val_fraction = std::nullopt) {
  SplitOptions options;
  options.source = root;
  options.ratio = ratio;
  options.val_fraction = val_fraction;
  return FailureOf(options);
}

// Returns the file names (without folders) of a class in a split.
std::set<std::string> NamesIn(const SplitReport& report, const std::string& label, Split split) {
  std::set<std::string> names;
  for (const ManifestEntry& entry : report.manifest.entries) {
    if (entry.label == label && entry.split == split) names.insert(fs::path(entry.path).filename());
  }
  return names;
}

bool Contains(const Names& sentences, const std::string& part) {
  return std::any_of(sentences.begin(), sentences.end(), [&](const auto& s) { return s.find(part) != s.npos; });
}

TEST(SplitterTest, EveryClassGetsItsQuotasInEverySplit) {
  TempDir dir;
  const int sizes[] = {3, 5, 9, 10, 11, 19, 99};
  for (int n : sizes) AddImages(dir / ("n" + std::to_string(1000 + n)), n);
  for (const std::vector<double>& ratio :
       {std::vector<double>{60, 20, 20}, {80, 10, 10}, {.7, .15, .15}, {1, 1, 1}, {98, 1, 1}, {80, 20}}) {
    const SplitReport report = Split3(dir.path(), ratio);
    for (size_t label = 0; label < std::size(sizes); ++label) {
      Counts counts;
      for (size_t part = 0; part < ratio.size(); ++part) counts.push_back(report.counts[part][label]);
      EXPECT_EQ(counts, LargestRemainder(static_cast<uint32_t>(sizes[label]), ratio));
      EXPECT_EQ(std::count(counts.begin(), counts.end(), 0u), 0);
    }
  }
}

TEST(SplitterTest, EveryImageIsInExactlyOneRow) {
  TempDir dir;
  AddImages(dir / "a", 17);
  AddImages(dir / "b/deep/er", 23);
  const SplitReport report = Split3(dir.path(), {60, 20, 20});
  std::set<std::string> paths;
  for (const ManifestEntry& entry : report.manifest.entries) paths.insert(entry.path);
  EXPECT_EQ(paths.size(), 40u);
  EXPECT_EQ(report.manifest.entries.size(), 40u);
  EXPECT_TRUE(paths.contains("b/deep/er/1022.png"));
  EXPECT_EQ(report.manifest.classes, (Names{"a", "b"}));
  for (const auto& counts : report.counts) EXPECT_EQ(counts.size(), 2u);
}

// proto/FORMAT.md, section 7: Rng(seed, kSplit, 0, label) permutes the class's sorted paths, which are cut into the
// quotas.
TEST(SplitterTest, DealsByTheWrittenPermutation) {
  TempDir dir;
  AddImages(dir / "a", 4);
  AddImages(dir / "b", 10);
  const SplitReport report = Split3(dir.path(), {60, 20, 20}, 7);
  std::vector<int> order(10);
  std::iota(order.begin(), order.end(), 1000);
  Rng rng(7, Domain::kSplit, 0, 1);
  Shuffle(std::span(order), rng);
  for (size_t i = 0; i < order.size(); ++i) {
    const Split split = i < 6 ? Split::kTrain : i < 8 ? Split::kVal : Split::kTest;
    EXPECT_TRUE(NamesIn(report, "b", split).contains(std::to_string(order[i]) + ".png")) << i;
  }
}

// split-folders reseeds for each class, so that files with equal names get the same split in all classes.
TEST(SplitterTest, ClassesOfOneSizeAreDealtDifferently) {
  TempDir dir;
  AddImages(dir / "a", 50);
  AddImages(dir / "b", 50);
  const SplitReport report = Split3(dir.path(), {60, 20, 20});
  EXPECT_NE(NamesIn(report, "a", Split::kVal), NamesIn(report, "b", Split::kVal));
}

TEST(SplitterTest, OnlySeedAndPathsDecide) {
  TempDir first, second;
  for (int i = 0; i < 40; ++i) WriteFile(first / ("a/" + std::to_string(1000 + i)), TinyPng(std::to_string(i)));
  for (int i = 39; i >= 0; --i) WriteFile(second / ("a/" + std::to_string(1000 + i)), TinyPng(std::to_string(i)));
  const std::string csv = FormatManifest(Split3(first.path(), {60, 20, 20}).manifest);
  EXPECT_EQ(FormatManifest(Split3(first.path(), {.6, .2, .2}).manifest), csv);
  EXPECT_EQ(FormatManifest(Split3(second.path(), {60, 20, 20}).manifest), csv);
  EXPECT_NE(FormatManifest(Split3(second.path(), {60, 20, 20}, 2).manifest), csv);
}

TEST(SplitterTest, TheFingerprintFollowsInputsAndOptions) {
  TempDir dir;
  AddImages(dir / "a", 10);
  const std::string before = Split3(dir.path(), {60, 20, 20}).fingerprint;
  EXPECT_EQ(before.size(), 64u);
  EXPECT_EQ(Split3(dir.path(), {60, 20, 20}).fingerprint, before);
  EXPECT_NE(Split3(dir.path(), {60, 20, 20}, 2).fingerprint, before);
  EXPECT_NE(Split3(dir.path(), {60, 30, 10}).fingerprint, before);
  WriteFile(dir / "a/1000.png", TinyPng("longer than before, whatever the path"));
  const std::string longer = Split3(dir.path(), {60, 20, 20}).fingerprint;
  EXPECT_NE(longer, before);
  AddImages(dir / "b", 3);
  EXPECT_NE(Split3(dir.path(), {60, 20, 20}).fingerprint, longer);
}

TEST(SplitterTest, ReportsResolvedOptionsAndRoot) {
  TempDir dir;
  AddImages(dir / "a", 10);
  SplitOptions options;
  options.source = dir / "a/..";
  options.seed = 9;
  const SplitReport report = Split3(options);
  EXPECT_EQ(report.root, fs::canonical(dir.path()));
  EXPECT_EQ(report.options, (std::map<std::string, std::string>{{"assign", "quota"},
                                                                {"balance", "none"},
                                                                {"check", "header"},
                                                                {"duplicates", "group"},
                                                                {"min-per-class", "6"},
                                                                {"ratio", "80,10,10"},
                                                                {"seed", "9"}}));
  EXPECT_FALSE(report.ready_made);
}

// By default a class needs two images for each split asked for; min-per-class may allow fewer.
TEST(SplitterTest, RefusesAClassWithTooFewImages) {
  TempDir dir;
  AddImages(dir / "daisy", 10);
  AddImages(dir / "rose", 5);
  const Failure failure = FailureOf(dir.path(), {{60, 20, 20}});
  EXPECT_EQ(
      failure.what,
      fs::canonical(dir.path()).string() +
          ": class rose has 5 images, but `ratio` 60,20,20 needs 6, 2 for each part; add images, remove the class, or "
          "lower `min_per_class`");
  EXPECT_FALSE(failure.usage);
  EXPECT_EQ(FailureOf(dir.path(), {{80, 20}}).what, "");
  EXPECT_EQ(FailureOf(dir.path(), {{80, 0, 20}}).what, "");
  SplitOptions options;
  options.source = dir.path();
  options.min_per_class = 11;
  EXPECT_NE(FailureOf(options).what.find("class daisy has 10 images, but `ratio` 80,10,10 needs 11; "),
            std::string::npos);
  options.min_per_class = 5;
  EXPECT_EQ(FailureOf(options).what, "");
}

TEST(SplitterTest, RefusesAnEmptyClass) {
  TempDir dir;
  AddImages(dir / "daisy", 10);
  WriteFile(dir / "rose/readme.txt", "no roses yet");
  EXPECT_NE(FailureOf(dir.path(), {{80, 20}}).what.find("class rose has 0 images"), std::string::npos);
}

TEST(SplitterTest, RefusesARootWithoutClasses) {
  TempDir dir;
  EXPECT_NE(FailureOf(dir.path()).what.find("holds no class folders; expected CLASS/IMAGES below it"),
            std::string::npos);
  AddImages(dir.path(), 3);
  EXPECT_NE(FailureOf(dir.path()).what.find("holds no class folders"), std::string::npos);
  EXPECT_EQ(FailureOf(dir / "gone").what,
            (dir / "gone").string() + ": cannot read the folder: No such file or directory");
  EXPECT_EQ(FailureOf(dir / "1000.png").what, (dir / "1000.png").string() + ": is not UTF-8");
}

TEST(SplitterTest, RefusesAClassNameThatNoListCanHold) {
  TempDir dir;
  AddImages(dir / "two\nlines", 3);
  EXPECT_NE(FailureOf(dir.path()).what.find("two\\x0alines: is a class name with a control character"),
            std::string::npos);
}

TEST(SplitterTest, RefusesOptionsOutOfRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& ratio : {std::vector<double>{},
                                           {100},
                                           {1, 2, 3, 4},
                                           {-1, 2},
                                           {0, 0},
                                           {0, 0, 0},
                                           {nan, 1},
                                           {infinity, 1},
                                           {2e9, 1},
                                           {1, 1e-7}}) {
    const Failure failure = FailureOf("unread", ratio);
    EXPECT_TRUE(failure.usage) << failure.what;
    EXPECT_EQ(failure.what.substr(0, 8), "`ratio` ");
  }
  for (double fraction : {0.0, 1.0, -0.1, 1.5, nan, infinity}) {
    const Failure failure = FailureOf("unread", std::nullopt, fraction);
    EXPECT_TRUE(failure.usage) << fraction;
    EXPECT_EQ(failure.what.substr(0, 15), "`val_fraction` ");
  }
}

TEST(SplitterTest, WarnsOfWhatLooksWrong) {
  TempDir dir;
  AddImages(dir / "a", 99);
  EXPECT_TRUE(Contains(Split3(dir.path(), {1, 1}).warnings, "there is one class only, a"));
  AddImages(dir / "b", 100);
  const SplitReport report = Split3(dir.path(), {1, 1});
  EXPECT_EQ(report.warnings, Names{"1 of 2 classes with fewer than 100 images, the fewest a with 99"});
  AddImages(dir / "a", 100);
  EXPECT_EQ(Split3(dir.path(), {1, 1}).warnings, Names{});
  WriteFile(dir / "lost.png", TinyPng("lost"));
  EXPECT_EQ(Split3(dir.path(), {1, 1}).warnings,
            Names{"1 image left out, because no class folder holds it, the first lost.png"});
}

TEST(SplitterTest, PointsOutALargeImbalanceWithItsCure) {
  TempDir dir;
  AddImages(dir / "owl", 4);
  AddImages(dir / "yak", 400);
  SplitOptions options;
  options.source = dir.path();
  options.ratio = {50, 50};
  const std::string imbalance =
      "class yak has 100 times as many images in train as class owl, 200 and 2; `balance` oversample, or dtrain's "
      "sampler balanced, evens them out";
  EXPECT_TRUE(Contains(Split3(options).warnings, imbalance));
  options.balance = Balance::kOversample;
  EXPECT_FALSE(Contains(Split3(options).warnings, "times as many"));
}

TEST(SplitterTest, TakesReadyMadeSplitsAsTheyAre) {
  TempDir dir;
  AddImages(dir / "train/a", 4);
  AddImages(dir / "train/b/deep", 3);
  AddImages(dir / "validation/a", 2);
  AddImages(dir / "validation/b", 1);
  AddImages(dir / "test/a", 1);
  WriteFile(dir / ".git/config", "");
  WriteFile(dir / "readme.txt", "");
  const SplitReport report = TakeReadyMade(dir.path());
  EXPECT_TRUE(report.ready_made);
  EXPECT_EQ(report.manifest.classes, (Names{"a", "b"}));
  EXPECT_EQ(report.counts, (std::array<Counts, 3>{Counts{4, 3}, {2, 1}, {1, 0}}));
  EXPECT_EQ(report.manifest.entries.front().path, "test/a/1000.png");
  EXPECT_TRUE(Contains(report.warnings, "1 of 2 classes without images in test, the first b"));
  EXPECT_EQ(report.skipped_hidden, 1u);
  EXPECT_EQ(report.skipped_not_image, Names{"readme.txt"});
}

TEST(SplitterTest, ValFractionDealsTrainOfReadyMadeSplits) {
  TempDir dir;
  AddImages(dir / "train/a", 50);
  AddImages(dir / "train/b", 5);
  AddImages(dir / "test/a", 10);
  AddImages(dir / "test/b", 10);
  fs::create_directory(dir / "val");
  const SplitReport report = TakeReadyMade(dir.path(), 0.1);
  EXPECT_EQ(report.counts, (std::array<Counts, 3>{Counts{45, 4}, {5, 1}, {10, 10}}));
  for (const ManifestEntry& entry : report.manifest.entries) {
    EXPECT_EQ(entry.split == Split::kTest, entry.path.starts_with("test/")) << entry.path;
  }
  EXPECT_TRUE(Contains(TakeReadyMade(dir.path()).warnings, "there are no val images"));
}

TEST(SplitterTest, SplitNamesAmongOthersAreClasses) {
  TempDir dir;
  for (const char* name : {"train", "test", "bus"}) AddImages(dir / name, 3);
  const SplitReport report = Split3(dir.path(), {1, 1, 1});
  EXPECT_FALSE(report.ready_made);
  EXPECT_EQ(report.manifest.classes, (Names{"bus", "test", "train"}));
}

TEST(SplitterTest, WithoutTrainNothingIsReadyMade) {
  TempDir dir;
  for (const char* name : {"val", "test"}) AddImages(dir / name, 3);
  EXPECT_EQ(Split3(dir.path(), {1, 1, 1}).manifest.classes, (Names{"test", "val"}));
}

TEST(SplitterTest, RefusesAClassWithoutTrainingImages) {
  TempDir dir;
  AddImages(dir / "train/dandelion", 3);
  AddImages(dir / "test/Dandelion", 3);
  EXPECT_NE(FailureOf(dir.path()).what.find("class Dandelion has no images in train"), std::string::npos);
}

TEST(SplitterTest, RefusesValAndValidation) {
  TempDir dir;
  for (const char* name : {"train/a", "val/a", "validation/a"}) AddImages(dir / name, 3);
  EXPECT_NE(FailureOf(dir.path()).what.find("has both val and validation"), std::string::npos);
}

TEST(SplitterTest, RefusesOptionsThatDoNotApply) {
  TempDir ready, plain;
  AddImages(ready / "train/a", 3);
  AddImages(plain / "a", 3);
  const Failure ratio = FailureOf(ready.path(), {{80, 20}});
  EXPECT_TRUE(ratio.usage);
  EXPECT_NE(ratio.what.find("`ratio` does not apply"), std::string::npos) << ratio.what;
  const Failure fraction = FailureOf(plain.path(), std::nullopt, 0.1);
  EXPECT_TRUE(fraction.usage);
  EXPECT_NE(fraction.what.find("`val_fraction` is for a folder with train/"), std::string::npos) << fraction.what;
  AddImages(ready / "val/a", 1);
  const Failure has_val = FailureOf(ready.path(), std::nullopt, 0.1);
  EXPECT_TRUE(has_val.usage);
  EXPECT_NE(has_val.what.find("`val_fraction` does not apply"), std::string::npos) << has_val.what;
}

TEST(SplitterTest, RefusesToTakeValFromASingleImage) {
  TempDir dir;
  AddImages(dir / "train/a", 1);
  EXPECT_NE(FailureOf(dir.path(), std::nullopt, 0.1).what.find("class a has 1 image, but `val_fraction` 0.1 needs 4"),
            std::string::npos);
}

TEST(SplitterTest, SplitsTheFlowers) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const SplitReport report = Split3(data / "flowers", {60, 20, 20});
  EXPECT_EQ(report.manifest.entries.size(), 4317u);
  EXPECT_EQ(report.counts, (std::array<Counts, 3>{
                               Counts{458, 631, 470, 440, 590}, {153, 211, 157, 147, 197}, {153, 210, 157, 146, 197}}));
}

}  // namespace
}  // namespace dataset
