#include "dataset/load/round_walk.h"

#include <gtest/gtest.h>

#include <vector>

namespace dataset {
namespace {

using Blocks = std::vector<uint32_t>;

// 12 samples. In order, a segment has room for 150 bytes and is full from 72 bytes on (Sampler::Deal), where a sample
// takes 10 + 20: so the segments are blocks 0, 1 and 2, 3, 4, and their rounds the positions 0-2, 3-5, 6-9, 10-11.
Sampler InOrder() {
  SamplerOptions options;
  options.order = Order::kSequential;
  options.segment_bytes = 150;
  return Sampler({{0, 3, 30}, {3, 1, 10}, {4, 2, 20}, {6, 4, 40}, {10, 2, 20}}, options);
}

// 6 samples in 3 segments of a block each, gone through twice: a walk has the rounds 0-1 and 2-3 of one segment, 4-5
// and 6-7 of the next, 8-9 and 10-11 of the last.
Sampler TwiceThrough() {
  SamplerOptions options;
  options.order = Order::kShuffled;
  options.segment_bytes = 60;
  options.segment_epochs = 2;
  return Sampler({{0, 2, 20}, {2, 2, 20}, {4, 2, 20}}, options);
}

EpochShare Share(uint32_t rank, uint32_t ranks, uint64_t batch_size, uint64_t batches) {
  EpochShare share;
  share.samples = 12;
  share.rank = rank;
  share.ranks = ranks;
  share.batch_size = batch_size;
  share.end = batches;
  share.next_begin = 12;
  return share;
}

TEST(EpochShareTest, RanksTakeTurnsBatchByBatch) {
  EpochShare share;
  share.begin = 30;
  share.samples = 10;
  share.batch_size = 4;
  share.ranks = 2;
  EXPECT_EQ(share.OffsetOf(0), 0u);
  EXPECT_EQ(share.OffsetOf(1), 8u);
  EXPECT_EQ(share.PositionOf(0, 3), 33u);
  EXPECT_EQ(share.PositionOf(1, 1), 39u);
  EXPECT_EQ(share.ValidOf(0), 4u);
  share.rank = 1;
  EXPECT_EQ(share.OffsetOf(0), 4u);
  EXPECT_EQ(share.OffsetOf(1), 12u);
  EXPECT_EQ(share.PositionOf(0, 0), 34u);
}

TEST(EpochShareTest, PaddingComesFromTheEpochsBeginning) {
  EpochShare share;
  share.begin = 30;
  share.samples = 10;
  share.batch_size = 4;
  share.ranks = 2;
  EXPECT_FALSE(share.IsPadding(1, 1));
  EXPECT_TRUE(share.IsPadding(1, 2));
  EXPECT_EQ(share.PositionOf(1, 2), 30u);
  EXPECT_EQ(share.PositionOf(1, 3), 31u);
  EXPECT_EQ(share.ValidOf(1), 2u);
  share.rank = 1;
  EXPECT_TRUE(share.IsPadding(1, 0));
  EXPECT_EQ(share.PositionOf(1, 0), 32u);
  EXPECT_EQ(share.ValidOf(1), 0u);
}

TEST(RoundWalkTest, GoesToTheRoundOfAnyPosition) {
  const Sampler sampler = InOrder();
  RoundWalk walk(sampler);
  const struct {
    uint64_t position, begin, end;
    uint32_t segment, epoch;
    Blocks blocks;
  } cases[] = {
      {0, 0, 3, 0, 0, {0}},       {2, 0, 3, 0, 0, {0}},    {3, 3, 6, 1, 0, {1, 2}},
      {9, 6, 10, 2, 0, {3}},      {10, 10, 12, 3, 0, {4}}, {12, 12, 15, 0, 1, {0}},
      {17, 15, 18, 1, 1, {1, 2}}, {5, 3, 6, 1, 0, {1, 2}}, {38, 36, 39, 0, 3, {0}},
  };
  for (const auto& c : cases) {
    walk.GoTo(c.position);
    EXPECT_EQ(walk.round().begin, c.begin) << c.position;
    EXPECT_EQ(walk.round().end, c.end) << c.position;
    EXPECT_EQ(walk.round().segment, c.segment) << c.position;
    EXPECT_EQ(walk.round().epoch, c.epoch) << c.position;
    EXPECT_EQ(walk.segment().blocks, c.blocks) << c.position;
  }
  walk.GoTo(8);
  const SampleOrder order = walk.Order();
  ASSERT_EQ(order.size(), 4u);
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(order[i].id, 6 + i);
}

TEST(RoundWalkTest, ASegmentIsGoneThroughTwiceBeforeTheNext) {
  const Sampler sampler = TwiceThrough();
  RoundWalk walk(sampler);
  const struct {
    uint64_t position, begin, end;
    uint32_t segment, epoch;
  } cases[] = {{0, 0, 2, 0, 0}, {3, 2, 4, 0, 1},    {4, 4, 6, 1, 0},
               {7, 6, 8, 1, 1}, {11, 10, 12, 2, 1}, {13, 12, 14, 0, 2}};
  for (const auto& c : cases) {
    walk.GoTo(c.position);
    EXPECT_EQ(walk.round().begin, c.begin) << c.position;
    EXPECT_EQ(walk.round().end, c.end) << c.position;
    EXPECT_EQ(walk.round().segment, c.segment) << c.position;
    EXPECT_EQ(walk.round().epoch, c.epoch) << c.position;
  }
}

TEST(RoundWalkTest, ReadsTheSegmentOfTheNextSampleAhead) {
  const Sampler sampler = InOrder();
  RoundWalk walk(sampler);
  const EpochShare alone = Share(0, 1, 5, 3);  // batches of the offsets 0-4, 5-9, 10-11
  walk.GoTo(0);
  EXPECT_EQ(walk.PositionAfter(alone, 0), 3u);
  EXPECT_EQ(walk.BlocksAfter(alone, 0), (Blocks{1, 2}));
  walk.GoTo(4);
  EXPECT_EQ(walk.PositionAfter(alone, 0), 6u);
  EXPECT_EQ(walk.BlocksAfter(alone, 0), Blocks{3});
  EXPECT_EQ(walk.round().begin, 3u);  // it stays where it is
}

TEST(RoundWalkTest, AfterTheLastSegmentComesTheNextEpochs) {
  const Sampler sampler = InOrder();
  RoundWalk walk(sampler);
  walk.GoTo(10);
  EXPECT_EQ(walk.PositionAfter(Share(0, 1, 5, 3), 2), 12u);
  EXPECT_EQ(walk.BlocksAfter(Share(0, 1, 5, 3), 2), Blocks{0});
  // Rank 2 of 3 has the offsets 4-5 and 10-11; its next epoch begins at offset 4.
  EXPECT_EQ(walk.PositionAfter(Share(2, 3, 2, 2), 1), 16u);
  EXPECT_EQ(walk.BlocksAfter(Share(2, 3, 2, 2), 1), (Blocks{1, 2}));
}

TEST(RoundWalkTest, SegmentsThatARankDoesNotNeedAreLeftOut) {
  const Sampler sampler = InOrder();
  RoundWalk walk(sampler);
  walk.GoTo(0);
  // Rank 0 of 3 has the offsets 0-1 and 6-7.
  EXPECT_EQ(walk.PositionAfter(Share(0, 3, 2, 2), 0), 6u);
  EXPECT_EQ(walk.BlocksAfter(Share(0, 3, 2, 2), 0), Blocks{3});
  // Rank 1 of 2 has the offsets 2-3, 6-7 and 10-11: the second slot of its first batch is behind the segment.
  EXPECT_EQ(walk.PositionAfter(Share(1, 2, 2, 3), 0), 3u);
}

TEST(RoundWalkTest, ReadsAheadOnlyAfterAllRoundsOfASegment) {
  const Sampler sampler = TwiceThrough();
  RoundWalk walk(sampler);
  EpochShare share;
  share.samples = 6;
  share.batch_size = 6;
  share.end = 1;
  share.next_begin = 6;
  walk.GoTo(0);
  EXPECT_EQ(walk.PositionAfter(share, 0), 4u);
  // The second epoch, of the positions 6 to 11, begins within the second segment.
  share.begin = 6;
  share.next_begin = 12;
  walk.GoTo(6);
  EXPECT_EQ(walk.PositionAfter(share, 0), 8u);
  walk.GoTo(8);
  EXPECT_EQ(walk.PositionAfter(share, 0), 12u);
}

}  // namespace
}  // namespace dataset
