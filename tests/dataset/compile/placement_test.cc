#include "dataset/compile/placement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dataset {
namespace {

// A manifest with counts[label] train samples of each class, and as many val samples in between.
Manifest MakeManifest(const std::vector<uint32_t>& counts) {
  Manifest manifest;
  for (size_t label = 0; label < counts.size(); ++label) {
    const std::string name(1, static_cast<char>('a' + label));
    manifest.classes.push_back(name);
    for (uint32_t i = 0; i < counts[label]; ++i) {
      char number[16];
      std::snprintf(number, sizeof(number), "%06u", i);
      manifest.entries.push_back({name + "/" + number, name, Split::kTrain, "", {}, "", 0, 0});
      manifest.entries.push_back({name + "/" + number + "v", name, Split::kVal, "", {}, "", 0, 0});
    }
  }
  return manifest;
}

std::string PathsOf(const Manifest& manifest, const std::vector<uint32_t>& order) {
  std::string paths;
  for (uint32_t entry : order) paths += manifest.entries[entry].path + ' ';
  return paths;
}

// The order was computed by an independent program, written from proto/FORMAT.md.
TEST(PlacementTest, OrderIsTheSpecified) {
  const Manifest manifest = MakeManifest({5, 3, 1});
  EXPECT_EQ(PathsOf(manifest, PlaceSamples(manifest, Split::kTrain, 7)),
            "a/000003 b/000002 a/000001 b/000001 a/000002 c/000000 a/000004 b/000000 a/000000 ");
  EXPECT_EQ(PathsOf(manifest, PlaceSamples(manifest, Split::kTrain, (uint64_t{1} << 40) + 3)),
            "b/000000 a/000003 a/000004 a/000002 a/000001 b/000002 c/000000 b/000001 a/000000 ");
}

TEST(PlacementTest, EachSampleOfTheSplitComesOnce) {
  const Manifest manifest = MakeManifest({40, 7, 1});
  std::vector<uint32_t> order = PlaceSamples(manifest, Split::kVal, 1);
  std::sort(order.begin(), order.end());
  ASSERT_EQ(order.size(), 48u);
  for (size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], 2 * i + 1);
}

TEST(PlacementTest, SeedsDiffer) {
  const Manifest manifest = MakeManifest({40, 20});
  EXPECT_EQ(PlaceSamples(manifest, Split::kTrain, 1), PlaceSamples(manifest, Split::kTrain, 1));
  EXPECT_NE(PlaceSamples(manifest, Split::kTrain, 1), PlaceSamples(manifest, Split::kTrain, 2));
}

TEST(PlacementTest, ASplitWithoutSamplesHasNoOrder) {
  EXPECT_TRUE(PlaceSamples(MakeManifest({3}), Split::kTest, 0).empty());
}

// Each n_c-th part of the range of keys holds one sample of class c. An interval of keys therefore misses its share of
// a class by less than 2, and a window of records misses an interval of keys by less than 2 * K records.
TEST(PlacementTest, AnyRunOfRecordsIsStratified) {
  const std::vector<uint32_t> counts = {600, 300, 90, 10};
  const Manifest manifest = MakeManifest(counts);
  const std::vector<uint32_t> labels = manifest.Labels();
  const double n = 1000, classes = 4;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const std::vector<uint32_t> order = PlaceSamples(manifest, Split::kTrain, seed);
    for (const size_t window : {10, 50, 128, 500}) {
      for (size_t begin = 0; begin + window <= order.size(); ++begin) {
        std::vector<double> got(counts.size());
        for (size_t i = begin; i < begin + window; ++i) ++got[labels[order[i]]];
        for (size_t c = 0; c < counts.size(); ++c) {
          const double share = counts[c] / n;
          ASSERT_LT(std::abs(got[c] - share * window), 2 + 2 * classes * share) << "class " << c << " from " << begin;
        }
      }
    }
  }
}

TEST(PlacementTest, ShardRangesCoverAllPlacesEvenly) {
  for (const uint32_t n : {1u, 2u, 9u, 10u, 11u, 1000u, 4294967295u}) {
    for (const uint32_t shards : {1u, 2u, 3u, 10u}) {
      uint32_t end = 0;
      for (uint32_t i = 0; i < shards; ++i) {
        const auto [first, last] = ShardRange(n, i, shards);
        EXPECT_EQ(first, end);
        EXPECT_GE(last - first, n / shards);
        EXPECT_LE(last - first - n / shards, 1u);
        end = last;
      }
      EXPECT_EQ(end, n);
    }
  }
  EXPECT_EQ(ShardRange(10, 1, 4), std::make_pair(2u, 5u));
}

// The first six are what TensorFlow Datasets' own rule gives for these sizes.
TEST(PlacementTest, DefaultShardCountIsThatOfTfds) {
  const struct {
    uint64_t bytes;
    uint32_t n;
    uint32_t shards;
  } cases[] = {
      {uint64_t{137} << 30, 1281167, 1024},     // ImageNet, train
      {uint64_t{6300} << 20, 50000, 64},        // ImageNet, val
      {uint64_t{10} << 20, 60000, 1},           // MNIST
      {uint64_t{10} << 40, 1000000000, 11264},  // many small records
      {uint64_t{9} << 40, 9 << 10, 9 << 10},    // few large ones
      {uint64_t{1} << 50, 1000000000, 1049600},
      {0, 1, 1},
      {(uint64_t{128} << 20) - 33, 2, 1},  // 16 bytes a record are counted
      {(uint64_t{128} << 20) - 32, 2, 2},
      {uint64_t{64} << 30, 1023, 512},
      {uint64_t{64} << 30, 1024, 1024},
      {uint64_t{3} << 30, 3, 1},  // 2 shards would be too large, 4 too many
      {uint64_t{3} << 30, 47, 32},
  };
  for (const auto& [bytes, n, shards] : cases) EXPECT_EQ(DefaultShardCount(bytes, n), shards) << bytes << " of " << n;
}

}  // namespace
}  // namespace dataset
