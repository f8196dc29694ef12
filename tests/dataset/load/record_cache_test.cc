#include "dataset/load/record_cache.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/dataset/load/toy_dataset.h"

namespace dataset {
namespace {

class RecordCacheTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  const std::vector<std::string> payloads_ = testing::ToyPayloads(200);
  const DatasetInfo info_ = testing::WriteToyShards(dir_.path(), payloads_, 3);
  const ShardSet shards_{dir_.path(), info_, Split::kTrain};
  const std::stop_source running_;
  LoaderCounters counters_;
  std::string single_;  // a record of another segment
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
  RecordCache cache(shards_, blocks, counters_);
  for (const std::vector<uint32_t>& chosen : std::vector<std::vector<uint32_t>>{
           {0}, {1, 2, 3}, {0, 2, 5, 9, 12}, {static_cast<uint32_t>(blocks.size() - 1)}}) {
    const std::shared_ptr<const Segment> segment = cache.Get(chosen, running_.get_token());
    ASSERT_NE(segment, nullptr);
    for (const uint32_t block : chosen) {
      for (SampleId id = blocks[block].first; id < blocks[block].first + blocks[block].count; ++id) {
        EXPECT_EQ(segment->Payload(id, &single_), payloads_[id]);
      }
    }
  }
}

TEST_F(RecordCacheTest, HoldsTwoSegmentsAtMost) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 100);
  SamplerOptions options;
  options.segment_bytes = (shards_.bytes() + Sampler::kSampleBytes * 200) / 8;
  const Sampler sampler(blocks, options);
  {
    RecordCache cache(shards_, blocks, counters_);
    EXPECT_EQ(counters_.Read().bytes_held, 0u);
    const auto segments = sampler.Deal(0);
    ASSERT_GT(segments.size(), 7u);
    uint64_t before = 0;
    for (size_t i = 0; i < segments.size(); ++i) {
      const std::shared_ptr<const Segment> segment = cache.Get(segments[i].blocks, running_.get_token());
      ASSERT_NE(segment, nullptr);
      if (i + 1 < segments.size()) cache.ReadAhead(segments[i + 1].blocks);
      EXPECT_LE(before, counters_.Read().bytes_peak);
      before = counters_.Read().bytes_peak;
    }
    const uint64_t tables = blocks.size() * 64;
    EXPECT_LE(counters_.Read().bytes_peak, 2 * options.segment_bytes + tables);
    EXPECT_EQ(counters_.Read().bytes_read, shards_.bytes());
  }
  EXPECT_EQ(counters_.Read().bytes_held, 0u);
}

TEST_F(RecordCacheTest, OtherSamplesAreReadByThemselves) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 700);
  RecordCache cache(shards_, blocks, counters_);
  const std::shared_ptr<const Segment> segment = cache.Get({2, 5}, running_.get_token());
  for (SampleId id = 0; id < shards_.size(); ++id) EXPECT_EQ(segment->Payload(id, &single_), payloads_[id]);
}

TEST_F(RecordCacheTest, DamageIsToldAtEveryCall) {
  const ShardSet::Location place = shards_.Locate(7);
  const std::filesystem::path path = shards_.file(place.shard).path();
  std::string shard = ReadFile(path);
  shard[place.offset + 14] ^= 1;
  testing::WriteFile(path, shard);
  const std::vector<Block> blocks = MakeBlocks(shards_, 1 << 20);
  RecordCache cache(shards_, blocks, counters_);
  for (const uint32_t block : {0u, 1u}) {
    const std::shared_ptr<const Segment> segment = cache.Get({block}, running_.get_token());
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(segment->Payload(6, &single_), payloads_[6]);
      EXPECT_THROW(segment->Payload(7, &single_), Error);
    }
  }
}

TEST_F(RecordCacheTest, AskedForTheSameAgainReadsNothing) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  std::vector<uint32_t> all(blocks.size());
  std::iota(all.begin(), all.end(), 0);
  RecordCache cache(shards_, blocks, counters_);
  const std::shared_ptr<const Segment> segment = cache.Get(all, running_.get_token());
  for (const ShardInfo& shard : info_.splits[0].shards) std::filesystem::resize_file(dir_ / shard.name, 0);
  cache.ReadAhead(all);
  EXPECT_EQ(cache.Get(all, running_.get_token()), segment);
  EXPECT_EQ(counters_.Read().bytes_read, shards_.bytes());
}

TEST_F(RecordCacheTest, WrongGuessAheadIsDropped) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  RecordCache cache(shards_, blocks, counters_);
  cache.ReadAhead({0, 1});
  cache.ReadAhead({3});
  const std::shared_ptr<const Segment> segment = cache.Get({2}, running_.get_token());
  ASSERT_NE(segment, nullptr);
  EXPECT_EQ(segment->Payload(blocks[2].first, &single_), payloads_[blocks[2].first]);
  const uint64_t tables = 300;
  EXPECT_LE(counters_.Read().bytes_held, blocks[0].bytes + blocks[1].bytes + blocks[2].bytes + tables);
}

TEST_F(RecordCacheTest, ReadsAheadOnceMemoryIsGivenBack) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  RecordCache cache(shards_, blocks, counters_);
  std::shared_ptr<const Segment> first = cache.Get({0}, running_.get_token());
  const std::shared_ptr<const Segment> second = cache.Get({1}, running_.get_token());
  cache.ReadAhead({2});
  EXPECT_EQ(cache.TryGet({1}), second);
  EXPECT_EQ(cache.TryGet({2}), nullptr);
  EXPECT_EQ(cache.TryGet({3}), nullptr);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(cache.Get({2}, stopped.get_token()), nullptr);
  cache.ReadAhead({2});
  EXPECT_EQ(first->Payload(blocks[0].first, &single_), payloads_[blocks[0].first]);
  first = nullptr;
  const std::shared_ptr<const Segment> third = cache.Get({2}, running_.get_token());
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(third->Payload(blocks[2].first, &single_), payloads_[blocks[2].first]);
  EXPECT_EQ(second->Payload(blocks[1].first, &single_), payloads_[blocks[1].first]);
}

TEST_F(RecordCacheTest, ShrunkShardIsToldByGet) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  const std::string name = info_.splits[0].shards[0].name;
  RecordCache cache(shards_, blocks, counters_);
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
  RecordCache cache(shards_, blocks, counters_);
  std::stop_source stopped;
  stopped.request_stop();
  // The segment that was read ahead may be complete by then.
  cache.ReadAhead({1});
  cache.Get({1}, stopped.get_token());
  EXPECT_NE(cache.Get({1}, running_.get_token()), nullptr);
}

TEST_F(RecordCacheTest, OneUserAtATime) {
  const std::vector<Block> blocks = MakeBlocks(shards_, 1000);
  RecordCache cache(shards_, blocks, counters_);
  EXPECT_TRUE(cache.Claim());
  EXPECT_FALSE(cache.Claim());
  cache.Release();
  EXPECT_TRUE(cache.Claim());
}

}  // namespace
}  // namespace dataset
