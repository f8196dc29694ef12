#include "dataset/split/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <span>

#include "dataset/base/largest_remainder.h"
#include "dataset/base/random.h"
#include "dataset/base/sha256.h"

namespace dataset {
namespace {

using Parts = std::vector<uint32_t>;

const std::vector<double> kRatio = {60, 20, 20};

Quotas QuotasOf(const DealtSamples& samples, const std::vector<double>& weights) {
  std::vector<uint32_t> sizes;
  for (uint32_t label : samples.labels) {
    sizes.resize(std::max(sizes.size(), label + size_t{1}));
    ++sizes[label];
  }
  Quotas quotas;
  for (uint32_t size : sizes) quotas.push_back(LargestRemainder(size, weights));
  return quotas;
}

Parts Assign(const DealtSamples& samples, const std::vector<double>& weights, uint64_t seed) {
  return AssignByQuota(samples, QuotasOf(samples, weights), {seed, 0, weights.size()});
}

Quotas Count(const DealtSamples& samples, const Parts& parts, size_t classes, size_t count) {
  Quotas got(classes, std::vector<uint32_t>(count));
  for (size_t i = 0; i < parts.size(); ++i) ++got[samples.labels[i]][parts[i]];
  return got;
}

void ExpectWholeGroups(const DealtSamples& samples, const Parts& parts) {
  std::map<uint32_t, uint32_t> part_of;
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(part_of.emplace(samples.groups[i], parts[i]).first->second, parts[i]) << samples.groups[i];
  }
}

DealtSamples Singles(uint32_t count, uint32_t classes) {
  DealtSamples samples;
  for (uint32_t i = 0; i < count; ++i) {
    samples.labels.push_back(i % classes);
    samples.groups.push_back(i);
  }
  return samples;
}

// Groups of 1 ... largest samples. A group has one class or, if `mixed`, any classes.
DealtSamples RandomGroups(uint32_t seed, uint32_t classes, uint32_t groups, uint32_t largest, bool mixed) {
  Rng rng(seed, Domain::kAugment, 0, 0);
  DealtSamples samples;
  for (uint32_t group = 0; group < groups; ++group) {
    const uint32_t label = group % classes;
    for (uint32_t n = 1 + rng.Below(largest); n > 0; --n) {
      samples.labels.push_back(mixed ? rng.Below(classes) : label);
      samples.groups.push_back(group);
    }
  }
  return samples;
}

// proto/FORMAT.md, section 1.
TEST(AssignmentTest, SinglesAreDealtByTheWrittenPermutation) {
  const DealtSamples samples = Singles(40, 2);
  const Parts parts = Assign(samples, kRatio, 7);
  for (uint32_t label = 0; label < 2; ++label) {
    Parts order;
    for (uint32_t i = 0; i < 20; ++i) order.push_back(2 * i + label);
    Rng rng(7, Domain::kSplit, 0, label);
    Shuffle(std::span(order), rng);
    for (size_t rank = 0; rank < order.size(); ++rank) {
      EXPECT_EQ(parts[order[rank]], rank < 12 ? 0u : rank < 16 ? 1u : 2u);
    }
  }
}

TEST(AssignmentTest, SinglesMeetTheQuotasExactly) {
  for (uint32_t n : {1, 2, 3, 5, 9, 10, 11, 19, 99}) {
    for (const std::vector<double>& weights : {kRatio, {80, 10, 10}, {80, 20}, {.1, .9}, {1, 0, 0}}) {
      const DealtSamples samples = Singles(n, 1);
      EXPECT_EQ(Count(samples, Assign(samples, weights, 1), 1, weights.size()), QuotasOf(samples, weights)) << n;
    }
  }
}

// Groups stay whole and classes stay stratified; scikit-learn's StratifiedGroupKFold with shuffle failed at it until
// 2025.
TEST(AssignmentTest, GroupsStayWholeAndMissQuotasByLessThanTheLargest) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const uint32_t largest = 1 + seed % 17, classes = 1 + seed % 4;
    const DealtSamples samples = RandomGroups(seed, classes, 3 + seed % 60, largest, false);
    const Quotas quotas = QuotasOf(samples, kRatio);
    const Parts parts = Assign(samples, kRatio, seed);
    ExpectWholeGroups(samples, parts);
    const Quotas got = Count(samples, parts, quotas.size(), 3);
    for (size_t label = 0; label < quotas.size(); ++label) {
      for (size_t part = 0; part < 3; ++part) {
        EXPECT_LE(std::abs(int(got[label][part]) - int(quotas[label][part])), int(largest)) << seed << " " << label;
      }
    }
  }
}

TEST(AssignmentTest, GroupsAcrossClassesStayWithinTheLargest) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const uint32_t largest = 2 + seed % 17, classes = 2 + seed % 4;
    const DealtSamples samples = RandomGroups(seed, classes, 12 + seed % 60, largest, true);
    const Quotas quotas = QuotasOf(samples, kRatio);
    const Parts parts = Assign(samples, kRatio, seed);
    ExpectWholeGroups(samples, parts);
    const Quotas got = Count(samples, parts, quotas.size(), 3);
    for (size_t label = 0; label < quotas.size(); ++label) {
      for (size_t part = 0; part < 3; ++part) {
        EXPECT_LE(std::abs(int(got[label][part]) - int(quotas[label][part])), int(largest)) << seed << " " << label;
      }
    }
  }
}

TEST(AssignmentTest, NoPartIsEmptyWhereAClassHasEnoughGroups) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    for (const std::vector<double>& weights : {kRatio, {98, 1, 1}, {1, 1, 1, 1, 1}}) {
      const auto parts = static_cast<uint32_t>(weights.size());
      const DealtSamples samples = RandomGroups(seed, 3, 3 * (parts + seed % 3), 1 + seed % 30, false);
      for (const auto& counts : Count(samples, Assign(samples, weights, seed), 3, parts)) {
        EXPECT_EQ(std::count(counts.begin(), counts.end(), 0u), 0) << seed;
      }
    }
  }
}

// One patient with most of the pictures.
TEST(AssignmentTest, AHugeGroupLeavesTheRestForTheOthers) {
  DealtSamples samples;
  for (uint32_t i = 0; i < 100; ++i) {
    samples.labels.push_back(0);
    samples.groups.push_back(i < 90 ? 0 : i - 89);
  }
  for (uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(Count(samples, Assign(samples, kRatio, seed), 1, 3), (Quotas{{90, 5, 5}}));
  }
}

// Three pairs of classes cannot be in both of two parts each.
TEST(AssignmentTest, TakesWhatCannotBeSolved) {
  const DealtSamples samples{{0, 2, 0, 1, 1, 2}, {0, 0, 1, 1, 2, 2}};
  const Parts parts = Assign(samples, {1, 1}, 1);
  ExpectWholeGroups(samples, parts);
}

TEST(AssignmentTest, OnlyTheSeedDecidesAmongEqualGroups) {
  const DealtSamples samples = RandomGroups(1, 2, 40, 3, false);
  EXPECT_EQ(Assign(samples, kRatio, 1), Assign(samples, kRatio, 1));
  EXPECT_NE(Assign(samples, kRatio, 1), Assign(samples, kRatio, 2));
}

TEST(AssignmentTest, TakesNoSamples) { EXPECT_EQ(AssignByQuota({}, {}, {}), Parts{}); }

// SHA-256 of 07 00 00 00 00 00 00 00 and "patient 1".
TEST(AssignmentTest, HashIsTheWrittenOne) {
  const HashDraw draw = DrawByHash(7, "patient 1");
  const std::string hex = Sha256Hex(std::string("\7\0\0\0\0\0\0\0patient 1", 17));
  EXPECT_EQ(draw.split, static_cast<double>(std::stoull(hex.substr(0, 16), nullptr, 16) >> 11) * 0x1p-53);
  EXPECT_EQ(draw.sample, static_cast<double>(std::stoull(hex.substr(16, 16), nullptr, 16) >> 11) * 0x1p-53);
}

TEST(AssignmentTest, HashesFollowTheRatio) {
  std::vector<int> counts(3);
  for (int i = 0; i < 10000; ++i) ++counts[AssignByHash(DrawByHash(1, std::to_string(i)).split, kRatio)];
  EXPECT_NEAR(counts[0], 6000, 200);
  EXPECT_NEAR(counts[1], 2000, 200);
  EXPECT_NEAR(counts[2], 2000, 200);
}

TEST(AssignmentTest, HashTakesTheFirstPartAboveU) {
  EXPECT_EQ(AssignByHash(0, {60, 20, 20}), 0u);
  EXPECT_EQ(AssignByHash(.6, {60, 20, 20}), 1u);
  EXPECT_EQ(AssignByHash(.6, {.6, .2, .2}), 1u);
  EXPECT_EQ(AssignByHash(.8, {60, 20, 20}), 2u);
  EXPECT_EQ(AssignByHash(0.9999999999999999, {60, 20, 20}), 2u);
  EXPECT_EQ(AssignByHash(0, {0, 1, 0}), 1u);
  EXPECT_EQ(AssignByHash(0.9999999999999999, {1, 1, 0}), 1u);
}

}  // namespace
}  // namespace dataset
