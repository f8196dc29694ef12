#include "dataset/split/duplicates.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

struct File {
  std::string path, label, content;
  uint64_t hash = 0;
};

DuplicateSets Find(const std::vector<File>& files, std::optional<uint32_t> near = std::nullopt) {
  std::vector<SourceSample> samples;
  std::vector<CheckedImage> images;
  for (const File& file : files) {
    samples.push_back({file.path, file.label, std::nullopt, ""});
    images.emplace_back();
    if (!file.content.empty()) images.back().sha256 = Sha256Of(file.content);
    images.back().perceptual_hash = file.hash;
  }
  NoProgress progress;
  return FindDuplicates(samples, images, near, progress);
}

TEST(DuplicatesTest, FindsEqualContent) {
  const DuplicateSets sets =
      Find({{"a/1", "a", "x"}, {"a/2", "a", "y"}, {"b/1", "b", "x"}, {"b/2", "b", ""}, {"b/3", "b", "x"}});
  EXPECT_EQ(sets.first, (std::vector<uint32_t>{0, 1, 0, 3, 0}));
  EXPECT_EQ(FormatDuplicates(sets.duplicates),
            "path,kind,same_as,distance,conflict\n"
            "b/1,same,a/1,0,yes\n"
            "b/3,same,a/1,0,yes\n");
}

TEST(DuplicatesTest, FindsNearHashesAndJoinsChains) {
  const std::vector<File> files = {{"1", "a", "", 0b0000},       {"2", "a", "", 0b0011},  {"3", "b", "", 0b1111},
                                   {"4", "a", "", ~uint64_t{0}}, {"5", "a", "p", 0b0000}, {"6", "a", "p", 0b0000}};
  const DuplicateSets sets = Find(files, 2);
  EXPECT_EQ(sets.first, (std::vector<uint32_t>{0, 0, 0, 3, 0, 0}));
  EXPECT_EQ(sets.same, (std::vector<uint32_t>{0, 1, 2, 3, 4, 4}));
  EXPECT_EQ(FormatDuplicates(sets.duplicates),
            "path,kind,same_as,distance,conflict\n"
            "2,near,1,2,no\n"
            "3,near,2,2,yes\n"
            "5,near,1,0,no\n"
            "6,same,5,0,no\n");
  EXPECT_EQ(Find(files, 1).first, (std::vector<uint32_t>{0, 1, 2, 3, 0, 0}));
  EXPECT_EQ(Find(files).first, (std::vector<uint32_t>{0, 1, 2, 3, 4, 4}));
}

TEST(DuplicatesTest, APictureInThreeClassesIsAPlaceholder) {
  const DuplicateSets sets = Find({{"1", "a", "two"},
                                   {"2", "a", "none"},
                                   {"3", "a", "none"},
                                   {"4", "b", "two"},
                                   {"5", "b", "none"},
                                   {"6", "b", "other"},
                                   {"7", "c", "none"},
                                   {"8", "d", "other"},
                                   {"9", "e", "other"},
                                   {"A", "e", "many"},
                                   {"B", "e", "many"},
                                   {"C", "e", "many"}});
  ASSERT_EQ(sets.placeholders.size(), 2u);
  EXPECT_EQ(sets.placeholders[0].path, "2");
  EXPECT_EQ(sets.placeholders[0].files, 4u);
  EXPECT_EQ(sets.placeholders[0].classes, 3u);
  EXPECT_EQ(sets.placeholders[1].path, "6");
  EXPECT_EQ(sets.placeholders[1].files, 3u);
}

TEST(DuplicatesTest, EachRuleKeepsWhatItSays) {
  // Samples 0, 2 and 5 are equal and of one label, 1 and 3 are equal and of two labels.
  const std::vector<uint32_t> same = {0, 1, 0, 1, 4, 0}, labels = {0, 0, 0, 1, 1, 0};
  constexpr Fate kKept = Fate::kKept, kCopy = Fate::kDroppedCopy, kConflict = Fate::kDroppedConflict;
  const std::vector<Fate> all(6, kKept);
  EXPECT_EQ(FatesByRule(DuplicateRule::kGroup, same, labels), all);
  EXPECT_EQ(FatesByRule(DuplicateRule::kIgnore, same, labels), all);
  EXPECT_EQ(FatesByRule(DuplicateRule::kDrop, same, labels),
            (std::vector<Fate>{kKept, kKept, kCopy, kKept, kKept, kCopy}));
  EXPECT_EQ(FatesByRule(DuplicateRule::kDropConflicts, same, labels),
            (std::vector<Fate>{kKept, kConflict, kCopy, kConflict, kKept, kCopy}));
}

// The first of a set may be dropped while others of it are kept.
TEST(DuplicatesTest, ASetGoesOnWithTheFirstThatIsKept) {
  const std::vector<uint32_t> first = {0, 0, 2, 0, 2, 5, 0};
  const std::vector<uint32_t> places = FirstAmongKept(first, {false, true, true, false, true, true, true});
  EXPECT_EQ((std::vector<uint32_t>{places[1], places[2], places[4], places[5], places[6]}),
            (std::vector<uint32_t>{0, 1, 1, 3, 0}));
}

TEST(DuplicatesTest, QuotesPathsWithCommas) {
  EXPECT_NE(
      FormatDuplicates(Find({{"a,1", "a", "x"}, {"a,2", "a", "x"}}).duplicates).find("\"a,2\",same,\"a,1\",0,no\n"),
      std::string::npos);
}

}  // namespace
}  // namespace dataset
