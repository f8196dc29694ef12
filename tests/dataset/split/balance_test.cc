#include "dataset/split/balance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace dataset {
namespace {

// A manifest with 3 samples of a, 7 of b and none of c in train, and as many in val.
Manifest Sample() {
  Manifest manifest;
  manifest.classes = {"a", "b", "c"};
  for (const auto& [label, count] : {std::pair<std::string, int>("a", 3), {"b", 7}}) {
    for (int i = 0; i < 2 * count; ++i) {
      ManifestEntry entry;
      entry.path = label + "/" + std::to_string(100 + i);
      entry.label = label;
      entry.split = i % 2 == 0 ? Split::kTrain : Split::kVal;
      manifest.entries.push_back(entry);
    }
  }
  return manifest;
}

std::map<std::string, uint32_t> Count(const Manifest& manifest, Split split) {
  std::map<std::string, uint32_t> counts;
  for (const ManifestEntry& entry : manifest.entries) {
    if (entry.split == split) counts[entry.label] += entry.repeat;
  }
  return counts;
}

using Counts = std::map<std::string, uint32_t>;

TEST(BalanceTest, UndersamplingDropsToTheSmallestClassOfTrain) {
  Manifest manifest = Sample();
  BalanceTrain(Balance::kUndersample, 1, &manifest);
  EXPECT_EQ(Count(manifest, Split::kTrain), (Counts{{"a", 3}, {"b", 3}}));
  EXPECT_EQ(Count(manifest, Split::kVal), (Counts{{"a", 3}, {"b", 7}}));
  EXPECT_TRUE(std::is_sorted(manifest.entries.begin(), manifest.entries.end(),
                             [](const auto& a, const auto& b) { return a.path < b.path; }));
}

// split-folders' oversampling moved files instead of copying them. Here files stay as they are.
TEST(BalanceTest, OversamplingRepeatsUpToTheLargestClassOfTrain) {
  Manifest manifest = Sample();
  BalanceTrain(Balance::kOversample, 1, &manifest);
  EXPECT_EQ(manifest.entries.size(), Sample().entries.size());
  EXPECT_EQ(Count(manifest, Split::kTrain), (Counts{{"a", 7}, {"b", 7}}));
  EXPECT_EQ(Count(manifest, Split::kVal), (Counts{{"a", 3}, {"b", 7}}));
  for (const ManifestEntry& entry : manifest.entries) {
    EXPECT_LE(entry.repeat, entry.label == "a" && entry.split == Split::kTrain ? 3u : 1u);
  }
}

TEST(BalanceTest, TheSeedDecides) {
  Manifest first = Sample(), second = Sample(), third = Sample();
  BalanceTrain(Balance::kUndersample, 1, &first);
  BalanceTrain(Balance::kUndersample, 1, &second);
  BalanceTrain(Balance::kUndersample, 2, &third);
  EXPECT_EQ(FormatManifest(first), FormatManifest(second));
  EXPECT_NE(FormatManifest(first), FormatManifest(third));
  BalanceTrain(Balance::kNone, 1, &first);
  EXPECT_EQ(FormatManifest(first), FormatManifest(second));
}

}  // namespace
}  // namespace dataset
