#include "dataset/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <vector>

namespace dataset {
namespace {

constexpr uint64_t kSeed = 0x0123456789abcdef;

// Random123's kat_vectors, "philox 4x32 10".
TEST(PhiloxTest, KnownAnswers) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RngTest, WordsAreTheBlocksInOrder) {
  Rng rng(kSeed, Domain::kOrder, 3, 7);
  for (uint32_t block = 0; block < 3; ++block) {
    for (const uint32_t expected : Philox4x32({4, 3, 7, block}, {0x89abcdef, 0x01234567})) {
      EXPECT_EQ(rng.Word(), expected);
    }
  }
}

// The numbers below come from a Python program that follows FORMAT.md, section 7: they must never change.
TEST(RngTest, Words) {
  Rng rng(kSeed, Domain::kAugment, 3, 7);
  for (const uint32_t expected : {0x555c4528u, 0x68b34baau, 0x9ad3f5e0u, 0xd3853b0cu, 0x76653f89u, 0xa3e5b87du}) {
    EXPECT_EQ(rng.Word(), expected);
  }
}

TEST(RngTest, UniformFloat) {
  Rng rng(kSeed, Domain::kAugment, 3, 7);
  for (const float expected : {0x1.557114p-2f, 0x1.a2cd2cp-2f, 0x1.35a7eap-1f}) EXPECT_EQ(rng.UniformFloat(), expected);
}

TEST(RngTest, Uniform) {
  Rng rng(kSeed, Domain::kAugment, 3, 7);
  for (const double expected : {0x1.557114a1a2cd2p-2, 0x1.35a7ebc1a70a7p-1, 0x1.d994fe268f96ep-2}) {
    EXPECT_EQ(rng.Uniform(), expected);
  }
  Rng ranged(kSeed, Domain::kAugment, 3, 7);
  EXPECT_EQ(ranged.Uniform(-1, 3), -1 + 4 * 0x1.557114a1a2cd2p-2);
}

TEST(RngTest, Normal) {
  Rng rng(kSeed, Domain::kAugment, 3, 7);
  for (const double expected : {-0.7123914192184397, -1.076913378011645, -0.3953027624968551}) {
    EXPECT_NEAR(rng.Normal(), expected, 1e-14);
  }
}

TEST(RngTest, Below) {
  Rng small(kSeed, Domain::kOrder, 1, 2);
  for (const uint32_t expected : {0, 7, 9, 3, 4, 9, 6, 2, 1, 5, 1, 9}) EXPECT_EQ(small.Below(10), expected);
  // For this n a quarter of the words is rejected.
  Rng large(kSeed, Domain::kOrder, 1, 2);
  for (const uint32_t expected :
       {4048505u, 2302096455u, 3088822338u, 1060572590u, 647145922u, 512551717u, 1652397881u, 402499423u}) {
    EXPECT_EQ(large.Below(0xc0000000), expected);
  }
}

TEST(RngTest, BelowOneIsZero) {
  Rng rng(0, Domain::kSplit, 0, 0);
  EXPECT_EQ(rng.Below(1), 0u);
}

TEST(RngTest, Permutation) {
  std::vector<int> items(12);
  std::iota(items.begin(), items.end(), 0);
  Rng rng(kSeed, Domain::kSplit, 0, 0);
  Shuffle<int>(items, rng);
  EXPECT_EQ(items, (std::vector<int>{1, 4, 5, 0, 11, 2, 7, 9, 6, 10, 3, 8}));
}

TEST(RngTest, StreamsDifferInEachPartOfTheirKey) {
  const auto first = [](uint64_t seed, Domain domain, uint32_t epoch, uint32_t id) {
    return Rng(seed, domain, epoch, id).Uniform();
  };
  const double base = first(1, Domain::kOrder, 2, 3);
  EXPECT_EQ(base, first(1, Domain::kOrder, 2, 3));
  EXPECT_NE(base, first(1 + (uint64_t{1} << 32), Domain::kOrder, 2, 3));
  EXPECT_NE(base, first(2, Domain::kOrder, 2, 3));
  EXPECT_NE(base, first(1, Domain::kAugment, 2, 3));
  EXPECT_NE(base, first(1, Domain::kOrder, 3, 3));
  EXPECT_NE(base, first(1, Domain::kOrder, 2, 4));
}

TEST(RngTest, DistributionsHaveTheirMoments) {
  constexpr int kDraws = 100000;
  Rng rng(1, Domain::kInit, 0, 0);
  double sum = 0, squares = 0, uniform_sum = 0, float_sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double normal = rng.Normal();
    sum += normal;
    squares += normal * normal;
    const double uniform = rng.Uniform();
    ASSERT_TRUE(uniform >= 0 && uniform < 1);
    uniform_sum += uniform;
    const float single = rng.UniformFloat();
    ASSERT_TRUE(single >= 0 && single < 1);
    float_sum += single;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.02);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
  EXPECT_NEAR(uniform_sum / kDraws, 0.5, 0.005);
  EXPECT_NEAR(float_sum / kDraws, 0.5, 0.005);
}

TEST(RngTest, EveryPermutationIsEquallyLikely) {
  constexpr int kDraws = 24000;
  Rng rng(1, Domain::kOrder, 0, 0);
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < kDraws; ++i) {
    std::vector<int> items{0, 1, 2, 3};
    Shuffle<int>(items, rng);
    ++counts[items];
  }
  ASSERT_EQ(counts.size(), 24u);
  double chi_square = 0;
  for (const auto& [items, count] : counts) chi_square += std::pow(count - 1000, 2) / 1000;
  EXPECT_LT(chi_square, 49.7);  // 23 degrees of freedom, p = 0.001
}

TEST(RngTest, ShuffleOfNothing) {
  Rng rng(1, Domain::kOrder, 0, 0);
  Shuffle(std::span<int>(), rng);
}

TEST(RngTest, ChanceIsTheTopOfAWord) {
  Rng rng(kSeed, Domain::kAugment, 0, 0), same = rng;
  int yes = 0;
  for (int i = 0; i < 4000; ++i) {
    const bool half = i % 2 == 0, got = rng.Chance(half ? 0.5 : 0.1);
    const uint32_t word = same.Word();
    EXPECT_EQ(got, half ? word >> 31 != 0 : word >= 3865470567u);  // 0.9 * 2^32, rounded up
    yes += !half && got;
  }
  EXPECT_NEAR(yes, 200, 4 * std::sqrt(180));
  EXPECT_TRUE(rng.Chance(1));
  EXPECT_FALSE(rng.Chance(0));
  EXPECT_EQ(rng.Word(), same.Word());  // chances of 0 and 1 drew nothing
}

}  // namespace
}  // namespace dataset
