#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include "dataset/loader_stats.h"
#include "dataset/sampler.h"
#include "dataset/shard_set.h"

namespace dataset {

// The split's records, cut into blocks of at most block_bytes (at least one record each) that never cross a shard's
// end.
std::vector<Block> MakeBlocks(const ShardSet& shards, uint64_t block_bytes);

// The records of some blocks in memory. Once read, immutable and thread-safe.
class Segment {
 public:
  // Allocates; Read() fills. `chosen` are ascending indices of `blocks`. The shards outlive the segment.
  Segment(const ShardSet& shards, const std::vector<Block>& blocks, std::vector<uint32_t> chosen);

  // One read a block, which `counters` are told of. Throws Error for a failed read and for a shard that has become
  // shorter. False: stopped before the end.
  bool Read(std::stop_token stop, LoaderCounters& counters);

  // The payload of any sample's record: valid as long as the segment, or, if it is not of this segment and so is read
  // by itself, until the thread's next call. Checksums are checked at a sample's first call. Throws Error (cause only).
  std::string_view Payload(SampleId id) const;

  const std::vector<uint32_t>& blocks() const { return chosen_; }
  uint64_t bytes() const;  // all memory

 private:
  struct Part {
    SampleId first = 0;
    uint32_t count = 0;
    uint32_t shard = 0;
    uint32_t index = 0;   // of its first sample in checked_
    uint64_t offset = 0;  // in the shard
    uint64_t bytes = 0;
    uint64_t begin = 0;  // in data_
  };

  const Part* Find(SampleId id) const;

  const ShardSet& shards_;
  std::vector<uint32_t> chosen_;
  std::vector<Part> parts_;
  uint64_t bytes_ = 0;  // of the records
  std::unique_ptr<char[]> data_;
  size_t samples_ = 0;
  std::unique_ptr<std::atomic<bool>[]> checked_;  // of each sample
};

// The segment in use and the one read ahead in the background: never more than these two. A dataset that is one segment
// is thus read once. Used by one thread at a time, except Claim and Release.
class RecordCache {
 public:
  // All outlive the cache.
  RecordCache(const ShardSet& shards, const std::vector<Block>& blocks, LoaderCounters& counters)
      : shards_(shards), blocks_(blocks), counters_(counters) {}
  ~RecordCache();
  RecordCache(const RecordCache&) = delete;
  RecordCache& operator=(const RecordCache&) = delete;

  // Makes the segment of these blocks the one in use, waiting until it is read; the one before is gone. Valid until the
  // next call. nullptr: `stop` was requested. Throws Error if a read fails.
  const Segment* Get(const std::vector<uint32_t>& blocks, std::stop_token stop);
  // Starts to read the segment that Get() will be asked for next. A failure is told by that Get().
  void ReadAhead(const std::vector<uint32_t>& blocks);

  // One user at a time: false if it has one.
  bool Claim() { return !claimed_.exchange(true); }
  void Release() { claimed_ = false; }

 private:
  void Drop(std::unique_ptr<Segment>* segment);
  void DropNext();

  const ShardSet& shards_;
  const std::vector<Block>& blocks_;
  LoaderCounters& counters_;
  std::atomic<bool> claimed_ = false;
  std::unique_ptr<Segment> current_;
  std::unique_ptr<Segment> next_;
  std::stop_source stop_next_;
  std::future<bool> next_read_;  // of next_: Segment::Read
};

}  // namespace dataset
