#include "dataset/base/largest_remainder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dataset {
namespace {

using Quotas = std::vector<uint32_t>;

constexpr uint32_t kSizes[] = {1, 2, 3, 5, 9, 10, 11, 19, 99};

// Expected numbers come from Python's fractions.Fraction, by the definition.
TEST(LargestRemainderTest, EqualsExactArithmetic) {
  const struct {
    std::vector<double> weights;
    Quotas expected[std::size(kSizes)];
  } kCases[] = {
      {{60, 20, 20},
       {{1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {3, 1, 1}, {5, 2, 2}, {6, 2, 2}, {7, 2, 2}, {11, 4, 4}, {59, 20, 20}}},
      {{80, 10, 10},
       {{1, 0, 0}, {2, 0, 0}, {1, 1, 1}, {3, 1, 1}, {7, 1, 1}, {8, 1, 1}, {9, 1, 1}, {15, 2, 2}, {79, 10, 10}}},
      {{70, 15, 15},
       {{1, 0, 0}, {2, 0, 0}, {1, 1, 1}, {3, 1, 1}, {6, 2, 1}, {7, 2, 1}, {8, 2, 1}, {13, 3, 3}, {69, 15, 15}}},
      {{1, 1, 1},
       {{1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {2, 2, 1}, {3, 3, 3}, {4, 3, 3}, {4, 4, 3}, {7, 6, 6}, {33, 33, 33}}},
      {{98, 1, 1},
       {{1, 0, 0}, {2, 0, 0}, {1, 1, 1}, {3, 1, 1}, {7, 1, 1}, {8, 1, 1}, {9, 1, 1}, {17, 1, 1}, {97, 1, 1}}},
      {{80, 20}, {{1, 0}, {1, 1}, {2, 1}, {4, 1}, {7, 2}, {8, 2}, {9, 2}, {15, 4}, {79, 20}}},
      {{.7, .2, .1},
       {{1, 0, 0}, {2, 0, 0}, {1, 1, 1}, {3, 1, 1}, {6, 2, 1}, {7, 2, 1}, {8, 2, 1}, {13, 4, 2}, {69, 20, 10}}},
      {{50, 0, 50},
       {{1, 0, 0}, {1, 0, 1}, {2, 0, 1}, {3, 0, 2}, {5, 0, 4}, {5, 0, 5}, {6, 0, 5}, {10, 0, 9}, {50, 0, 49}}},
  };
  for (const auto& test : kCases) {
    for (size_t i = 0; i < std::size(kSizes); ++i) {
      EXPECT_EQ(LargestRemainder(kSizes[i], test.weights), test.expected[i]) << kSizes[i] << " by " << test.weights[0];
    }
  }
}

// The common way, cutting at int(ratio * n), leaves val empty for 3, 5 and 9 images and gives the remainder to test.
TEST(LargestRemainderTest, NoEmptyPartIfThereAreEnough) {
  for (double train : {0.01, 1.0, 8.0, 60.0, 98.0, 99.5}) {
    for (uint32_t n = 3; n <= 200; ++n) {
      const Quotas quotas = LargestRemainder(n, {train, (100 - train) / 2, (100 - train) / 2});
      EXPECT_EQ(std::accumulate(quotas.begin(), quotas.end(), 0u), n);
      for (uint32_t quota : quotas) EXPECT_GE(quota, 1u) << n << " by " << train;
    }
  }
}

TEST(LargestRemainderTest, StaysWithinOneOfTheQuota) {
  const std::vector<double> weights = {60, 25, 15};
  for (uint32_t n = 7; n <= 2000; ++n) {
    const Quotas quotas = LargestRemainder(n, weights);
    for (size_t i = 0; i < weights.size(); ++i) EXPECT_LT(std::abs(quotas[i] - n * weights[i] / 100), 1) << n;
  }
}

TEST(LargestRemainderTest, OnlyTheProportionOfTheWeightsMatters) {
  for (uint32_t n = 0; n <= 500; ++n) {
    const Quotas quotas = LargestRemainder(n, {60, 20, 20});
    EXPECT_EQ(LargestRemainder(n, {.6, .2, .2}), quotas);
    EXPECT_EQ(LargestRemainder(n, {3, 1, 1}), quotas);
    EXPECT_EQ(LargestRemainder(n, {6000, 2000, 2000}), quotas);
    EXPECT_EQ(LargestRemainder(n, {6e8, 2e8, 2e8}), quotas);
  }
}

TEST(LargestRemainderTest, AnUnwantedPartStaysEmpty) {
  for (uint32_t n : kSizes) EXPECT_EQ(LargestRemainder(n, {1, 0, 0}), (Quotas{n, 0, 0}));
  EXPECT_EQ(LargestRemainder(0, {1, 1}), (Quotas{0, 0}));
}

TEST(LargestRemainderTest, HamiltonLeavesSmallPartsEmpty) {
  EXPECT_EQ(Hamilton(32, {25, 75}), (Quotas{8, 24}));
  EXPECT_EQ(Hamilton(32, {1, 1, 10000}), (Quotas{0, 0, 32}));
  EXPECT_EQ(Hamilton(2, {1, 1, 1}), (Quotas{1, 1, 0}));
  EXPECT_EQ(Hamilton(0, {5, 0, 1}), (Quotas{0, 0, 0}));
  EXPECT_EQ(Hamilton(5, {0, 5, 0}), (Quotas{0, 5, 0}));
}

TEST(LargestRemainderTest, HamiltonNeverAsksForMoreThanThereIs) {
  std::vector<uint64_t> left = {1, 2, 50, 0, 13, 7, 1, 1, 1, 300};
  for (uint64_t all = 376; all > 0;) {
    const Quotas quotas = Hamilton(static_cast<uint32_t>(std::min<uint64_t>(all, 5)), left);
    for (size_t i = 0; i < left.size(); ++i) {
      ASSERT_LE(quotas[i], left[i]);
      left[i] -= quotas[i];
      all -= quotas[i];
    }
  }
}

TEST(LargestRemainderTest, DoesNotOverflow) {
  EXPECT_EQ(LargestRemainder(4294967295u, {1e9, 1e9, 1e9}), (Quotas{1431655765, 1431655765, 1431655765}));
  EXPECT_EQ(LargestRemainder(4294967295u, {1e9, 1e-6}), (Quotas{4294967294u, 1}));
}

}  // namespace
}  // namespace dataset
