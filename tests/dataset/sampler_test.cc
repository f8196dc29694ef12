#include "dataset/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "dataset/random.h"

namespace dataset {
namespace {

using Segments = std::vector<std::vector<uint32_t>>;
using Ids = std::vector<SampleId>;

std::vector<Block> FiveBlocks() { return {{0, 3, 30}, {3, 1, 10}, {4, 2, 25}, {6, 4, 40}, {10, 2, 20}}; }

std::vector<Block> ManyBlocks() {
  std::vector<Block> blocks;
  Rng rng(1, Domain::kSplit, 0, 0);
  SampleId first = 0;
  for (int i = 0; i < 100; ++i) {
    const uint32_t count = 1 + rng.Below(9);
    blocks.push_back({first, count, count * 100});
    first += count;
  }
  return blocks;
}

std::vector<Ids> OrdersOf(const Sampler& sampler, uint32_t epoch) {
  std::vector<Ids> orders;
  for (const std::vector<uint32_t>& segment : sampler.Deal(epoch)) {
    orders.push_back(sampler.OrderOf(segment, epoch, static_cast<uint32_t>(orders.size())));
  }
  return orders;
}

Ids Flat(const std::vector<Ids>& orders) {
  Ids flat;
  for (const Ids& order : orders) flat.insert(flat.end(), order.begin(), order.end());
  return flat;
}

TEST(Sampler, OrdersAreThoseOfAnIndependentProgram) {
  // Computed by a Python program written from proto/FORMAT.md and sampler.h alone.
  const struct {
    uint64_t seed;
    uint64_t segment_bytes;
    uint32_t epoch;
    Segments segments;
    std::vector<Ids> orders;
  } cases[] = {
      {7, 60, 0, {{3}, {0, 2}, {1, 4}}, {{6, 9, 8, 7}, {5, 4, 1, 2, 0}, {11, 3, 10}}},
      {7, 60, 1, {{1, 4}, {3}, {0, 2}}, {{11, 3, 10}, {9, 8, 7, 6}, {4, 2, 0, 1, 5}}},
      {uint64_t{5} << 32 | 7, 60, 0, {{1, 2}, {0}, {3, 4}}, {{5, 4, 3}, {1, 2, 0}, {10, 9, 8, 7, 11, 6}}},
      {7, 1000, 0, {{0, 1, 2, 3, 4}}, {{9, 1, 5, 2, 8, 0, 7, 11, 4, 6, 10, 3}}},
  };
  for (const auto& c : cases) {
    const Sampler sampler(FiveBlocks(), c.segment_bytes, Order::kShuffled, c.seed);
    EXPECT_EQ(sampler.Deal(c.epoch), c.segments);
    EXPECT_EQ(OrdersOf(sampler, c.epoch), c.orders);
  }
}

TEST(Sampler, EachEpochHoldsEachSampleOnce) {
  for (const Order order : {Order::kShuffled, Order::kSequential}) {
    for (const uint64_t segment_bytes : {0u, 1u, 950u, 5000u, 1u << 30}) {
      const Sampler sampler(ManyBlocks(), segment_bytes, order, 3);
      Ids all(sampler.samples());
      std::iota(all.begin(), all.end(), 0);
      for (uint32_t epoch = 0; epoch < 5; ++epoch) {
        Ids ids = Flat(OrdersOf(sampler, epoch));
        std::sort(ids.begin(), ids.end());
        EXPECT_EQ(ids, all) << segment_bytes << " " << epoch;
      }
    }
  }
}

TEST(Sampler, SegmentsKeepToTheirSize) {
  for (const uint64_t segment_bytes : {0u, 450u, 950u, 5000u}) {
    const Sampler sampler(ManyBlocks(), segment_bytes, Order::kShuffled, 3);
    for (const std::vector<uint32_t>& segment : sampler.Deal(0)) {
      uint64_t bytes = 0;
      for (const uint32_t block : segment) bytes += sampler.blocks()[block].bytes;
      EXPECT_TRUE(bytes <= segment_bytes || segment.size() == 1);
      EXPECT_TRUE(std::is_sorted(segment.begin(), segment.end()));
      EXPECT_EQ(sampler.SamplesOf(segment) * 100, bytes);
    }
  }
}

TEST(Sampler, WhatFitsIsOneSegment) {
  EXPECT_TRUE(Sampler(FiveBlocks(), 125, Order::kShuffled, 0).whole());
  EXPECT_EQ(Sampler(FiveBlocks(), 125, Order::kShuffled, 0).Deal(0).size(), 1u);
  EXPECT_FALSE(Sampler(FiveBlocks(), 124, Order::kShuffled, 0).whole());
}

TEST(Sampler, SequentialIsTheOrderOfTheRecords) {
  for (const uint64_t segment_bytes : {1u, 60u, 1000u}) {
    const Sampler sampler(FiveBlocks(), segment_bytes, Order::kSequential, 7);
    const Ids ids = Flat(OrdersOf(sampler, 4));
    EXPECT_EQ(ids.size(), sampler.samples());
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  }
}

TEST(Sampler, SeedsAndEpochsDiffer) {
  std::set<Ids> seen;
  std::set<Segments> dealt;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    for (uint32_t epoch = 0; epoch < 5; ++epoch) {
      const Sampler sampler(ManyBlocks(), 5000, Order::kShuffled, seed);
      seen.insert(Flat(OrdersOf(sampler, epoch)));
      dealt.insert(sampler.Deal(epoch));
    }
  }
  EXPECT_EQ(seen.size(), 25u);
  EXPECT_EQ(dealt.size(), 25u);
}

TEST(Sampler, NoSamplesNoSegments) {
  const Sampler sampler({}, 100, Order::kShuffled, 0);
  EXPECT_EQ(sampler.samples(), 0u);
  EXPECT_TRUE(sampler.Deal(0).empty());
}

}  // namespace
}  // namespace dataset
