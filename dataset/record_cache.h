#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include "dataset/sampler.h"
#include "dataset/shard_set.h"

namespace dataset {

// The split's records, cut into blocks of at most block_bytes (at least one record each) that never cross a shard's
// end.
std::vector<Block> MakeBlocks(const ShardSet& shards, uint64_t block_bytes);

// The records of some blocks in memory, as they lie in the shards: nothing is checked yet. Once read, immutable and
// thread-safe.
class Segment {
 public:
  // Allocates; Read() fills. `chosen` are ascending indices of `blocks`. The shards outlive the segment.
  Segment(const ShardSet& shards, const std::vector<Block>& blocks, std::vector<uint32_t> chosen);

  // One read a block. Throws Error for a failed read and for a shard that has become shorter. False: stopped before the
  // end.
  bool Read(std::stop_token stop);

  // The framed record of a sample of this segment.
  std::string_view Record(SampleId id) const;

  const std::vector<uint32_t>& blocks() const { return chosen_; }
  uint64_t bytes() const { return bytes_; }

 private:
  struct Part {
    SampleId first = 0;
    uint32_t shard = 0;
    uint64_t offset = 0;  // in the shard
    uint64_t bytes = 0;
    uint64_t begin = 0;  // in data_
  };
  const ShardSet& shards_;
  std::vector<uint32_t> chosen_;
  std::vector<Part> parts_;
  uint64_t bytes_ = 0;
  std::unique_ptr<char[]> data_;
};

// The segment in use and the one read ahead in the background: never more than these two. A dataset that is one segment
// is thus read once. Used by one thread at a time, except Claim and Release.
class RecordCache {
 public:
  // Both outlive the cache.
  RecordCache(const ShardSet& shards, const std::vector<Block>& blocks) : shards_(shards), blocks_(blocks) {}
  ~RecordCache() { Drop(); }
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

  uint64_t bytes_held() const;

 private:
  void Drop();  // what is read ahead

  const ShardSet& shards_;
  const std::vector<Block>& blocks_;
  std::atomic<bool> claimed_ = false;
  std::unique_ptr<Segment> current_;
  std::unique_ptr<Segment> next_;
  std::stop_source stop_next_;
  std::future<bool> next_read_;  // of next_: Segment::Read
};

}  // namespace dataset
