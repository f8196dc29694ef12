#include "dataset/record_cache.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "dataset/error.h"
#include "dataset/record_reader.h"
#include "tests/dataset/toy_dataset.h"

namespace dataset {
namespace {

class RecordCacheTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  const std::vector<std::string> payloads_ = testing::ToyPayloads(200);
  const DatasetInfo info_ = testing::WriteToyShards(dir_.path(), payloads_, 3);
  const ShardSet shards_{dir_.path(), info_, Split::kTrain};
  const std::stop_source running_;
};

TEST_F(RecordCacheTest, BlocksCoverTheSplitWithinShards) {
  for (const uint64_t block_bytes : {0u, 100u, 500u, 3000u, 1u << 20}) {
    const std::vector<Block> blocks = MakeBlocks(shards_, block_bytes);
    SampleId next = 0;
    uint64_t bytes = 0;
    for (const Block& block : blocks) {
      EXPECT_EQ(block.first, next);
      EXPECT_TRUE(block.bytes <= block_bytes || block.count == 1);
      EXPECT_EQ(shards_.Locate(block.first).shard, shards_.Locate(block.first + block.count - 1).shard);
      next += block.count;
      bytes += block.bytes;
    }
    EXPECT_EQ(next, shards_.size());
    EXPECT_EQ(bytes, shards_.bytes());
  }
  EXPECT_EQ(MakeBlocks(shards_, 0).size(), 200u);
  EXPECT_EQ(MakeBlocks(shards_, 1 << 20).size(), 3u);
}

TEST_F(RecordCacheTest, GivesEachRecordOfASegment) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 700);
  ASSERT_GT(blocks.size(), 12u);
  RecordCache cache(shards_, blocks);
  for (const std::vector<uint32_t>& chosen : std::vector<std::vector<uint32_t>>{
           {0}, {1, 2, 3}, {0, 2, 5, 9, 12}, {static_cast<uint32_t>(blocks.size() - 1)}}) {
    const Segment* segment = cache.Get(chosen, running_.get_token());
    ASSERT_NE(segment, nullptr);
    for (const uint32_t block : chosen) {
      for (SampleId id = blocks[block].first; id < blocks[block].first + blocks[block].count; ++id) {
        EXPECT_EQ(ParseRecord(segment->Record(id), {}), payloads_[id]);
      }
    }
  }
}

TEST_F(RecordCacheTest, HoldsTwoSegmentsAtMost) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 100);
  const uint64_t memory = shards_.bytes() / 4;
  const Sampler sampler(blocks, memory / 2, Order::kShuffled, 1);
  RecordCache cache(shards_, blocks);
  EXPECT_EQ(cache.bytes_held(), 0u);
  const auto segments = sampler.Deal(0);
  ASSERT_GT(segments.size(), 7u);
  for (size_t i = 0; i < segments.size(); ++i) {
    ASSERT_NE(cache.Get(segments[i], running_.get_token()), nullptr);
    EXPECT_LE(cache.bytes_held(), memory / 2);
    if (i + 1 < segments.size()) cache.ReadAhead(segments[i + 1]);
    EXPECT_LE(cache.bytes_held(), memory);
  }
}

TEST_F(RecordCacheTest, AskedForTheSameAgainReadsNothing) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  std::vector<uint32_t> all(blocks.size());
  std::iota(all.begin(), all.end(), 0);
  RecordCache cache(shards_, blocks);
  const Segment* segment = cache.Get(all, running_.get_token());
  for (const ShardInfo& shard : info_.splits[0].shards) std::filesystem::resize_file(dir_ / shard.name, 0);
  cache.ReadAhead(all);
  EXPECT_EQ(cache.Get(all, running_.get_token()), segment);
  EXPECT_EQ(cache.bytes_held(), shards_.bytes());
}

TEST_F(RecordCacheTest, WrongGuessAheadIsDropped) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  RecordCache cache(shards_, blocks);
  cache.ReadAhead({0, 1});
  cache.ReadAhead({3});
  const Segment* segment = cache.Get({2}, running_.get_token());
  ASSERT_NE(segment, nullptr);
  EXPECT_EQ(ParseRecord(segment->Record(blocks[2].first), {}), payloads_[blocks[2].first]);
  EXPECT_EQ(cache.bytes_held(), blocks[2].bytes);
}

TEST_F(RecordCacheTest, ShrunkShardIsToldByGet) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  const std::string name = info_.splits[0].shards[0].name;
  RecordCache cache(shards_, blocks);
  std::filesystem::resize_file(dir_ / name, 50);
  cache.ReadAhead({0});
  try {
    cache.Get({0}, running_.get_token());
    FAIL() << "no error";
  } catch (const Error& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find(name), std::string::npos) << what;
    EXPECT_NE(what.find("byte 50"), std::string::npos) << what;
  }
  EXPECT_NE(cache.Get({static_cast<uint32_t>(blocks.size() - 1)}, running_.get_token()), nullptr);
}

TEST_F(RecordCacheTest, StopEndsAWait) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  RecordCache cache(shards_, blocks);
  std::stop_source stopped;
  stopped.request_stop();
  // What was read ahead may be complete by then.
  cache.ReadAhead({1});
  cache.Get({1}, stopped.get_token());
  EXPECT_NE(cache.Get({1}, running_.get_token()), nullptr);
}

TEST_F(RecordCacheTest, OneUserAtATime) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  RecordCache cache(shards_, blocks);
  EXPECT_TRUE(cache.Claim());
  EXPECT_FALSE(cache.Claim());
  cache.Release();
  EXPECT_TRUE(cache.Claim());
}

}  // namespace
}  // namespace dataset
