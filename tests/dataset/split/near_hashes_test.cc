#include "dataset/split/near_hashes.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <bit>
#include <set>

#include "dataset/base/random.h"

namespace dataset {
namespace {

// Clusters of hashes that are near each other; all hashes differ.
std::vector<uint64_t> SomeHashes(size_t count, uint32_t seed) {
  Rng rng(seed, Domain::kAugment, 0, 0);
  const auto word = [&] { return uint64_t{rng.Word()} << 32 | rng.Word(); };
  std::set<uint64_t> seen;
  std::vector<uint64_t> hashes;
  uint64_t hash = word();
  while (hashes.size() < count) {
    if (rng.Below(4) == 0) hash = word();
    for (uint32_t flips = rng.Below(8); flips > 0; --flips) hash ^= uint64_t{1} << rng.Below(64);
    if (seen.insert(hash).second) hashes.push_back(hash);
  }
  return hashes;
}

class Found {
 public:
  Found(const std::vector<uint64_t>& hashes, uint32_t distance) : sets_(hashes.size()) {
    nearest = FindNearHashes(hashes, distance, &sets_);
    for (uint32_t i = 0; i < hashes.size(); ++i) firsts.push_back(sets_.First(i));
  }
  std::vector<NearestHash> nearest;
  std::vector<uint32_t> firsts;

 private:
  DisjointSets sets_;
};

TEST(NearHashesTest, FindsWhatComparingAllPairsFinds) {
  const std::vector<uint64_t> hashes = SomeHashes(600, 1);
  for (uint32_t distance : {0, 1, 2, 3, 4, 7, 10, 16, 31, 63}) {
    const Found found(hashes, distance);
    DisjointSets sets(hashes.size());
    for (uint32_t i = 0; i < hashes.size(); ++i) {
      uint32_t best = UINT32_MAX, index = NearestHash::kNone;
      for (uint32_t j = 0; j < hashes.size(); ++j) {
        const auto bits = static_cast<uint32_t>(std::popcount(hashes[i] ^ hashes[j]));
        if (i == j || bits > distance) continue;
        sets.Join(i, j);
        if (bits < best) {
          best = bits;
          index = j;
        }
      }
      EXPECT_EQ(found.nearest[i].index, index) << distance;
      EXPECT_TRUE(index == NearestHash::kNone || found.nearest[i].distance == best);
    }
    for (uint32_t i = 0; i < hashes.size(); ++i) EXPECT_EQ(found.firsts[i], sets.First(i)) << distance;
  }
}

TEST(NearHashesTest, DoesNotDependOnThreads) {
  const std::vector<uint64_t> hashes = SomeHashes(5000, 2);
  const Found many(hashes, 6);
  tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  const Found single(hashes, 6);
  EXPECT_EQ(many.firsts, single.firsts);
  for (size_t i = 0; i < hashes.size(); ++i) EXPECT_EQ(many.nearest[i].index, single.nearest[i].index);
}

TEST(NearHashesTest, TakesNoneAndOne) {
  EXPECT_TRUE(Found({}, 4).nearest.empty());
  EXPECT_EQ(Found({7}, 4).nearest[0].index, NearestHash::kNone);
}

}  // namespace
}  // namespace dataset
