#include "dataset/load/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
#include <sstream>

#include "dataset/base/largest_remainder.h"
#include "dataset/base/random.h"
#include "dataset/sample/sample_id.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using Ids = std::vector<SampleId>;

std::vector<Block> MakeTestBlocks(const std::vector<uint32_t>& counts, uint64_t sample_bytes) {
  std::vector<Block> blocks;
  SampleId first = 0;
  for (const uint32_t count : counts) {
    blocks.push_back({first, count, count * sample_bytes});
    first += count;
  }
  return blocks;
}

std::vector<Block> FewBlocks() { return MakeTestBlocks({3, 1, 2, 4, 2}, 10); }
std::vector<Block> TwelveBlocks() { return MakeTestBlocks({5, 3, 4, 4, 1, 6, 2, 5, 3, 3, 4, 2}, 100); }

std::vector<Block> ManyBlocks(int blocks = 100) {
  std::vector<uint32_t> counts;
  Rng rng(1, Domain::kSplit, 0, 0);
  for (int i = 0; i < blocks; ++i) counts.push_back(1 + rng.Below(9));
  return MakeTestBlocks(counts, 100);
}

uint32_t SamplesOf(const std::vector<Block>& blocks) { return blocks.back().first + blocks.back().count; }

// The same as `labels` in goldens/make_orders.py.
std::vector<uint32_t> GoldenLabels(uint32_t samples) {
  std::vector<uint32_t> labels;
  for (uint32_t i = 0; i < samples; ++i) labels.push_back((i * i + i / 3) % 7 / 2);
  return labels;
}

// Classes of very different sizes, in runs, as in a source that is sorted by class.
std::vector<uint32_t> SkewedLabels(uint32_t samples) {
  std::vector<uint32_t> labels;
  for (uint32_t i = 0; i < samples; ++i) {
    const double part = static_cast<double>(i) / samples;
    labels.push_back(part < 0.5 ? 0 : part < 0.8 ? 1 : part < 0.95 ? 3 : part < 0.99 ? 4 : 7);
  }
  return labels;
}

SamplerOptions Options(Order order, uint64_t segment_bytes, const std::vector<Block>& blocks) {
  SamplerOptions options;
  options.order = order;
  options.seed = 3;
  options.segment_bytes = segment_bytes;
  options.batch_size = 8;
  if (order == Order::kBalanced || order == Order::kStratified) options.labels = SkewedLabels(SamplesOf(blocks));
  if (order == Order::kWeighted) options.sample_weights.assign(SamplesOf(blocks), 1.0);
  return options;
}

struct RoundPicks {
  Sampler::Round round;
  std::vector<Pick> picks;
};

std::vector<RoundPicks> RoundsOf(const Sampler& sampler, uint64_t walk) {
  std::vector<RoundPicks> rounds;
  const auto segments = sampler.Deal(walk);
  const uint64_t length = sampler.samples() * sampler.segment_epochs();
  for (uint64_t position = walk * length; position < (walk + 1) * length;) {
    RoundPicks one{sampler.RoundOf(segments, walk, position), {}};
    EXPECT_EQ(one.round.begin, position);
    const SampleOrder order = sampler.OrderOf(segments[one.round.segment], one.round);
    EXPECT_EQ(order.size(), one.round.end - one.round.begin);
    for (uint64_t i = 0; i < order.size(); ++i) one.picks.push_back(order[i]);
    position = one.round.end;
    rounds.push_back(std::move(one));
  }
  return rounds;
}

Ids IdsOf(const Sampler& sampler, uint64_t walk) {
  Ids ids;
  for (const RoundPicks& one : RoundsOf(sampler, walk)) {
    for (const Pick& pick : one.picks) ids.push_back(pick.id);
  }
  return ids;
}

TEST(Sampler, OrdersAreThoseOfAnIndependentProgram) {
  const std::vector<double> few_weights = {0, 1, 2, 0.5, 0, 0, 3, 1, 1, 1, 0.25, 0};
  std::vector<double> weights, one_weight(42);
  for (int i = 0; i < 42; ++i) weights.push_back(i % 5 / 3.0);
  one_weight[20] = 1;
  // As CASES in goldens/make_orders.py, which was written from proto/FORMAT.md alone.
  const auto make = [&](Order order, uint64_t limit, uint32_t epochs = 1, uint32_t batch = 4, bool spanning = false,
                        uint64_t seed = 7) {
    SamplerOptions options;
    options.order = order;
    options.segment_bytes = limit;
    options.segment_epochs = epochs;
    options.batch_size = batch;
    options.batches_span_epochs = spanning;
    options.seed = seed;
    return options;
  };
  const auto weighted = [&](uint64_t limit, std::vector<double> sample_weights) {
    SamplerOptions options = make(Order::kWeighted, limit);
    options.sample_weights = std::move(sample_weights);
    return options;
  };
  struct Case {
    std::vector<Block> blocks;
    SamplerOptions options;
    uint64_t walks;
  };
  constexpr uint64_t kNoLimit = 1'000'000'000;
  const std::map<std::string, Case> cases = {
      {"shuffled whole", {FewBlocks(), make(Order::kShuffled, kNoLimit), 2}},
      {"shuffled", {FewBlocks(), make(Order::kShuffled, 150), 2}},
      {"shuffled seed", {FewBlocks(), make(Order::kShuffled, 150, 1, 4, false, uint64_t{5} << 32 | 7), 1}},
      {"shuffled many", {TwelveBlocks(), make(Order::kShuffled, 1800), 2}},
      {"shuffled rounds", {TwelveBlocks(), make(Order::kShuffled, 1800, 3), 2}},
      {"shuffled tiny", {FewBlocks(), make(Order::kShuffled, 1), 1}},
      {"sequential", {TwelveBlocks(), make(Order::kSequential, 1800), 1}},
      {"balanced whole", {TwelveBlocks(), make(Order::kBalanced, kNoLimit), 2}},
      {"balanced", {TwelveBlocks(), make(Order::kBalanced, 1000, 2), 2}},
      {"balanced lacking", {MakeTestBlocks({1, 2, 1, 2, 1, 3}, 10), make(Order::kBalanced, 70), 2}},
      {"stratified whole", {TwelveBlocks(), make(Order::kStratified, kNoLimit), 2}},
      {"stratified", {TwelveBlocks(), make(Order::kStratified, 1800, 1, 5), 2}},
      {"stratified spanning", {TwelveBlocks(), make(Order::kStratified, 1800, 1, 5, true), 2}},
      {"weighted whole", {FewBlocks(), weighted(kNoLimit, few_weights), 2}},
      {"weighted", {TwelveBlocks(), weighted(1800, weights), 2}},
      {"weighted one", {TwelveBlocks(), weighted(1800, one_weight), 1}},
  };
  std::multimap<std::string, std::string> expected;
  std::ifstream goldens(testing::SourceDir() / "tests/dataset/goldens/orders.csv");
  for (std::string line; std::getline(goldens, line);) expected.emplace(line.substr(0, line.find(',')), line);
  ASSERT_FALSE(expected.empty());
  for (const auto& [name, c] : cases) {
    SamplerOptions options = c.options;
    if (options.order == Order::kBalanced || options.order == Order::kStratified) {
      options.labels = GoldenLabels(SamplesOf(c.blocks));
    }
    const Sampler sampler(c.blocks, options);
    auto [line, end] = expected.equal_range(name);
    for (uint64_t walk = 0; walk < c.walks; ++walk) {
      const auto segments = sampler.Deal(walk);
      for (const RoundPicks& one : RoundsOf(sampler, walk)) {
        std::ostringstream text;
        text << name << ',' << one.round.segment << ',' << one.round.epoch << ',' << one.round.begin << ','
             << one.round.end;
        const char* separator = ",";
        for (const uint32_t block : segments[one.round.segment].blocks) text << std::exchange(separator, " ") << block;
        separator = ",";
        for (const Pick& pick : one.picks) text << std::exchange(separator, " ") << pick.id << ':' << pick.repeat;
        ASSERT_NE(line, end) << name;
        EXPECT_EQ(text.str(), line->second);
        ++line;
      }
    }
    EXPECT_EQ(line, end) << name;
  }
}

TEST(Sampler, WalkHoldsEachSampleOnceForEachEpochThatItCountsFor) {
  for (const Order order : {Order::kShuffled, Order::kSequential, Order::kStratified}) {
    for (const uint64_t segment_bytes : {0u, 1u, 950u, 5000u, 1u << 30}) {
      for (const uint32_t epochs : {1u, 2u, 5u}) {
        if (order == Order::kSequential && epochs > 1) continue;
        SamplerOptions options = Options(order, segment_bytes, ManyBlocks());
        options.segment_epochs = epochs;
        const Sampler sampler(ManyBlocks(), options);
        for (uint64_t walk = 0; walk < 3; ++walk) {
          std::map<uint32_t, std::set<SampleId>> by_epoch;
          size_t picks = 0;
          for (const RoundPicks& one : RoundsOf(sampler, walk)) {
            for (const Pick& pick : one.picks) {
              by_epoch[one.round.epoch].insert(pick.id);
              EXPECT_EQ(pick.repeat, 0u);
              ++picks;
            }
          }
          EXPECT_EQ(picks, sampler.samples() * epochs);
          ASSERT_EQ(by_epoch.size(), epochs);
          EXPECT_EQ(by_epoch.begin()->first, walk * epochs);
          for (const auto& [epoch, ids] : by_epoch) EXPECT_EQ(ids.size(), sampler.samples());
        }
      }
    }
  }
}

TEST(Sampler, NothingLooksTheSameTwice) {
  for (const Order order : {Order::kBalanced, Order::kWeighted}) {
    for (const uint64_t segment_bytes : {5000u, 1u << 30}) {
      SamplerOptions options = Options(order, segment_bytes, ManyBlocks());
      options.segment_epochs = 2;
      const Sampler sampler(ManyBlocks(), options);
      std::set<std::array<uint32_t, 3>> seen;
      size_t picks = 0;
      for (uint64_t walk = 0; walk < 2; ++walk) {
        for (const RoundPicks& one : RoundsOf(sampler, walk)) {
          for (const Pick& pick : one.picks) {
            seen.insert({one.round.epoch, pick.id, pick.repeat});
            ++picks;
          }
        }
      }
      EXPECT_EQ(seen.size(), picks);
      EXPECT_EQ(picks, sampler.samples() * 4);
    }
  }
}

TEST(Sampler, SegmentsKeepToTheirSizeAndAreAlike) {
  const std::vector<Block> blocks = ManyBlocks(1000);
  for (const uint64_t segment_bytes : {0u, 450u, 1200u, 20000u, 100000u}) {
    const Sampler sampler(blocks, Options(Order::kShuffled, segment_bytes, blocks));
    uint64_t least = ~uint64_t{0}, most = 0;
    for (const Sampler::SegmentPlan& segment : sampler.Deal(0)) {
      uint64_t cost = 0;
      for (const uint32_t block : segment.blocks) cost += blocks[block].bytes + blocks[block].count * 20;
      EXPECT_TRUE(cost <= segment_bytes || segment.blocks.size() == 1);
      EXPECT_TRUE(std::is_sorted(segment.blocks.begin(), segment.blocks.end()));
      EXPECT_EQ(segment.length * 120, cost);
      least = std::min(least, cost);
      most = std::max(most, cost);
    }
    if (segment_bytes >= 20000) {
      EXPECT_LE(most - least, 2u * 9 * 120) << segment_bytes;
    }
  }
}

TEST(Sampler, SegmentHasBlocksFromAllOverTheSplit) {
  // The blocks have nearly the same size, as blocks of 8 MiB have.
  std::vector<uint32_t> counts;
  for (uint32_t i = 0; i < 1000; ++i) counts.push_back(30 + i * 7 % 3);
  const std::vector<Block> blocks = MakeTestBlocks(counts, 100);
  const Sampler sampler(blocks, Options(Order::kShuffled, 200000, blocks));
  for (uint64_t walk = 0; walk < 5; ++walk) {
    const auto segments = sampler.Deal(walk);
    ASSERT_GT(segments.size(), 15u);
    for (const Sampler::SegmentPlan& segment : segments) {
      for (uint32_t tenth = 0; tenth < 10; ++tenth) {
        const auto in_tenth = std::count_if(segment.blocks.begin(), segment.blocks.end(),
                                            [&](uint32_t block) { return block / 100 == tenth; });
        EXPECT_NEAR(static_cast<double>(in_tenth), static_cast<double>(segment.blocks.size()) / 10, 2.1);
      }
    }
  }
}

TEST(Sampler, WhatFitsIsOneSegment) {
  const uint64_t cost = 12 * (10 + Sampler::kSampleBytes);
  EXPECT_TRUE(Sampler(FewBlocks(), Options(Order::kShuffled, cost, FewBlocks())).whole());
  EXPECT_EQ(Sampler(FewBlocks(), Options(Order::kShuffled, cost, FewBlocks())).Deal(0).size(), 1u);
  EXPECT_FALSE(Sampler(FewBlocks(), Options(Order::kShuffled, cost - 1, FewBlocks())).whole());
}

TEST(Sampler, SequentialIsTheOrderOfTheRecords) {
  for (const uint64_t segment_bytes : {1u, 60u, 1000u}) {
    const Sampler sampler(FewBlocks(), Options(Order::kSequential, segment_bytes, FewBlocks()));
    const Ids ids = IdsOf(sampler, 4);
    EXPECT_EQ(ids.size(), sampler.samples());
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  }
}

TEST(Sampler, SeedsAndEpochsDiffer) {
  for (const Order order : {Order::kShuffled, Order::kBalanced, Order::kStratified, Order::kWeighted}) {
    std::set<Ids> seen;
    for (uint64_t seed = 0; seed < 5; ++seed) {
      for (uint64_t epoch = 0; epoch < 5; ++epoch) {
        SamplerOptions options = Options(order, 5000, ManyBlocks());
        options.seed = seed;
        seen.insert(IdsOf(Sampler(ManyBlocks(), options), epoch));
      }
    }
    EXPECT_EQ(seen.size(), 25u);
  }
}

TEST(Sampler, BalancedGivesEachClassEquallyOften) {
  const std::vector<Block> blocks = ManyBlocks(1000);
  const std::vector<uint32_t> labels = SkewedLabels(SamplesOf(blocks));
  for (const uint64_t segment_bytes : {30000u, 1u << 30}) {
    const Sampler sampler(blocks, Options(Order::kBalanced, segment_bytes, blocks));
    const bool lacking = !sampler.whole();  // some segments have none of the rarest class
    for (uint64_t epoch = 0; epoch < 3; ++epoch) {
      std::map<uint32_t, uint64_t> counts;
      std::map<SampleId, uint64_t> times;
      for (const SampleId id : IdsOf(sampler, epoch)) {
        ++counts[labels[id]];
        ++times[id];
      }
      ASSERT_EQ(counts.size(), 5u);
      for (const auto& [label, count] : counts) {
        const double expected = static_cast<double>(sampler.samples()) / 5;
        if (lacking && label == 7) {
          EXPECT_GT(static_cast<double>(count), expected / 4);
        } else {
          EXPECT_NEAR(static_cast<double>(count), expected, lacking ? 0.2 * expected : 1) << label;
        }
      }
      if (lacking) continue;
      // The samples of one class come equally often too.
      std::map<uint32_t, std::pair<uint64_t, uint64_t>> range;
      for (SampleId id = 0; id < sampler.samples(); ++id) {
        auto& [least, most] = range.emplace(labels[id], std::pair(~uint64_t{0}, 0)).first->second;
        least = std::min(least, times[id]);
        most = std::max(most, times[id]);
      }
      for (const auto& [label, least_most] : range) EXPECT_LE(least_most.second - least_most.first, 1u) << label;
    }
  }
}

TEST(Sampler, StratifiedBatchesHaveTheirQuotas) {
  // 25 and 75 percent in batches of 32: always 8 and 24.
  const std::vector<Block> blocks = MakeTestBlocks(std::vector<uint32_t>(64, 10), 100);
  SamplerOptions options = Options(Order::kStratified, 1 << 30, blocks);
  options.batch_size = 32;
  for (uint32_t id = 0; id < 640; ++id) options.labels[id] = id % 4 == 0 ? 0 : 1;
  const Sampler sampler(blocks, options);
  for (uint64_t epoch = 0; epoch < 3; ++epoch) {
    const Ids ids = IdsOf(sampler, epoch);
    for (size_t first = 0; first < ids.size(); first += 32) {
      EXPECT_EQ(std::count_if(ids.begin() + first, ids.begin() + first + 32, [](SampleId id) { return id % 4 == 0; }),
                8);
    }
  }
}

TEST(Sampler, StratifiedQuotasAreOneOffAtMost) {
  const std::vector<Block> blocks = ManyBlocks(1000);
  for (const bool spanning : {false, true}) {
    for (const uint32_t batch_size : {1u, 7u, 32u, 100u}) {
      SamplerOptions options = Options(Order::kStratified, 1 << 30, blocks);
      options.batch_size = batch_size;
      options.batches_span_epochs = spanning;
      const Sampler sampler(blocks, options);
      std::map<uint32_t, uint64_t> sizes;
      for (const uint32_t label : options.labels) ++sizes[label];
      for (uint64_t epoch = 0; epoch < 2; ++epoch) {
        const Ids ids = IdsOf(sampler, epoch);
        uint64_t position = epoch * ids.size();
        for (size_t i = 0; i < ids.size();) {
          uint64_t end = spanning ? (position / batch_size + 1) * batch_size - epoch * ids.size() : i + batch_size;
          end = std::min<uint64_t>(end, ids.size());
          std::map<uint32_t, double> counts;
          for (size_t k = i; k < end; ++k) ++counts[options.labels[ids[k]]];
          for (const auto& [label, size] : sizes) {
            const double expected = static_cast<double>((end - i) * size) / static_cast<double>(ids.size());
            EXPECT_LT(std::abs(counts[label] - expected), 1.5) << label << " " << i;
          }
          position += end - i;
          i = end;
        }
      }
    }
  }
}

TEST(Sampler, WeightedComesAsOftenAsItWeighs) {
  const std::vector<Block> blocks = ManyBlocks(1000);
  for (const uint64_t segment_bytes : {30000u, 1u << 30}) {
    SamplerOptions options = Options(Order::kWeighted, segment_bytes, blocks);
    double sum = 0;
    for (uint32_t id = 0; id < SamplesOf(blocks); ++id)
      sum += options.sample_weights[id] = id % 4 * (id < 1000 ? 5 : 1);
    const Sampler sampler(blocks, options);
    std::vector<uint64_t> times(sampler.samples());
    constexpr uint64_t kEpochs = 50;
    for (uint64_t epoch = 0; epoch < kEpochs; ++epoch) {
      for (const SampleId id : IdsOf(sampler, epoch)) ++times[id];
    }
    // Chi-squared over all samples that have a weight: mean k, deviation sqrt(2k).
    double chi = 0, samples = 0;
    for (uint32_t id = 0; id < times.size(); ++id) {
      const double expected = options.sample_weights[id] / sum * kEpochs * static_cast<double>(times.size());
      if (expected == 0) {
        EXPECT_EQ(times[id], 0u);
        continue;
      }
      chi += (times[id] - expected) * (times[id] - expected) / expected;
      ++samples;
    }
    EXPECT_NEAR(chi, samples, 5 * std::sqrt(2 * samples)) << segment_bytes;
  }
}

TEST(Sampler, ClassWeightsAreThoseOfTheirSamples) {
  SamplerOptions options = Options(Order::kWeighted, 1 << 30, ManyBlocks());
  options.sample_weights.clear();
  options.labels = SkewedLabels(SamplesOf(ManyBlocks()));
  options.class_weights = {0, 1, 0, 0.5, 3, 0, 0, 2};
  SamplerOptions same = Options(Order::kWeighted, 1 << 30, ManyBlocks());
  for (size_t id = 0; id < same.sample_weights.size(); ++id) {
    same.sample_weights[id] = options.class_weights[options.labels[id]];
  }
  EXPECT_EQ(IdsOf(Sampler(ManyBlocks(), options), 2), IdsOf(Sampler(ManyBlocks(), same), 2));
}

TEST(Sampler, NoSamplesNoSegments) {
  const Sampler sampler({}, {});
  EXPECT_EQ(sampler.samples(), 0u);
  EXPECT_TRUE(sampler.Deal(0).empty());
}

}  // namespace
}  // namespace dataset
