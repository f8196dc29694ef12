#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/load/loader_stats.h"
#include "dataset/load/sampler.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// The split's records, cut into blocks of at most block_bytes (at least one record each) that never cross a shard's
// end.
std::vector<Block> MakeBlocks(const ShardSet& shards, uint64_t block_bytes);

// Memory for the records of two segments. It goes from segment to segment: fresh pages cost as much as reading into
// them. Thread-safe.
class SegmentBuffers {
 public:
  struct Buffer {
    std::unique_ptr<char[]> data;
    uint64_t size = 0;
  };

  explicit SegmentBuffers(LoaderCounters& counters) : counters_(counters) {}
  ~SegmentBuffers() { Free(&used_); }
  SegmentBuffers(const SegmentBuffers&) = delete;
  SegmentBuffers& operator=(const SegmentBuffers&) = delete;

  // Of `size` bytes or more; waits while two are out. Without data: `stop` was requested.
  Buffer Take(uint64_t size, std::stop_token stop);
  void GiveBack(Buffer buffer);

 private:
  void Free(Buffer* buffer);

  LoaderCounters& counters_;  // told of all that exists
  std::mutex mutex_;
  std::condition_variable_any given_back_;
  int out_ = 0;
  Buffer used_;  // the one given back last; none while two are out
};

// The records of some blocks in memory. Once read, immutable and thread-safe.
class Segment {
 public:
  // `chosen` are ascending indices of `blocks`. The other references outlive the segment.
  Segment(const ShardSet& shards, const std::vector<Block>& blocks, std::vector<uint32_t> chosen,
          SegmentBuffers& buffers, LoaderCounters& counters);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  // Waits for a buffer, then one read a block. Throws Error for a failed read and for a shard that has become shorter.
  // False: stopped before the end. At most once.
  bool Read(std::stop_token stop);
  // Read() has returned true.
  bool complete() const { return complete_.load(std::memory_order_acquire); }

  // The payload of any sample's record, valid as long as the segment. A record of another segment is read by itself
  // into *single, and is valid until that changes. Checksums are checked at a sample's first call. Throws Error (cause
  // only).
  std::string_view Payload(SampleId id, std::string* single) const;

  const std::vector<uint32_t>& blocks() const { return chosen_; }

 private:
  struct Part {
    SampleId first = 0;
    uint32_t count = 0;
    uint32_t shard = 0;
    uint32_t index = 0;   // of its first sample in checked_
    uint64_t offset = 0;  // in the shard
    uint64_t bytes = 0;
    uint64_t begin = 0;  // in the buffer
  };

  const Part* Find(SampleId id) const;
  uint64_t table_bytes() const;

  const ShardSet& shards_;
  SegmentBuffers& buffers_;
  LoaderCounters& counters_;
  std::vector<uint32_t> chosen_;
  std::vector<Part> parts_;
  uint64_t bytes_ = 0;  // of the records
  SegmentBuffers::Buffer buffer_;
  size_t samples_ = 0;
  std::unique_ptr<std::atomic<bool>[]> checked_;  // of each sample
  std::atomic<bool> complete_ = false;
};

}  // namespace dataset
