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

// Cuts the split's records, in order, into blocks of at most block_bytes bytes each. A block has at least one record,
// and never crosses the end of a shard. `part` are the ids of the records that count, ascending; a block has none but
// these. nullptr: all count.
std::vector<Block> MakeBlocks(const ShardSet& shards, uint64_t block_bytes,
                              const std::vector<SampleId>* part = nullptr);

// Memory for the records of two segments. A buffer is used again by the next segment, because touching fresh pages
// costs as much as reading into them. Thread-safe.
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

  // Returns a buffer of at least `size` bytes. Waits while two buffers are out. Returns one without data if `stop` was
  // requested.
  Buffer Take(uint64_t size, std::stop_token stop);
  void GiveBack(Buffer buffer);

 private:
  void Free(Buffer* buffer);

  LoaderCounters& counters_;  // count all buffers that exist
  std::mutex mutex_;
  std::condition_variable_any given_back_;
  int out_ = 0;
  Buffer used_;  // the buffer that was given back last; none while two are out
};

// The records of some blocks in memory. Once they are read, immutable and thread-safe.
class Segment {
 public:
  // `chosen` must be ascending indices of `blocks`. `shards`, `buffers` and `counters` must outlive the segment.
  Segment(const ShardSet& shards, const std::vector<Block>& blocks, std::vector<uint32_t> chosen,
          SegmentBuffers& buffers, LoaderCounters& counters);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  // Waits for a buffer and reads the blocks, one read for each. Returns false if stopped before the end. Throws Error
  // for a failed read and for a shard that has become shorter. Must be called at most once.
  bool Read(std::stop_token stop);
  // Whether Read() has returned true.
  bool complete() const { return complete_.load(std::memory_order_acquire); }

  // Returns the payload of a sample's record. If the sample is of this segment, the payload is valid as long as the
  // segment. Otherwise the record is read into *single, and is valid until *single changes. The checksums are checked
  // at the first call for a sample. Throws Error (cause only, without a place). Read() must have returned true.
  std::string_view Payload(SampleId id, std::string* single) const;

  const std::vector<uint32_t>& blocks() const { return chosen_; }

 private:
  struct Part {
    SampleId first = 0;
    uint32_t count = 0;
    uint32_t shard = 0;
    uint32_t index = 0;   // index in checked_ of its first sample
    uint64_t offset = 0;  // of its first byte in the shard
    uint64_t bytes = 0;
    uint64_t begin = 0;  // of its first byte in the buffer
  };

  const Part* Find(SampleId id) const;
  uint64_t table_bytes() const;

  const ShardSet& shards_;
  SegmentBuffers& buffers_;
  LoaderCounters& counters_;
  std::vector<uint32_t> chosen_;
  std::vector<Part> parts_;
  uint64_t bytes_ = 0;  // of all records
  SegmentBuffers::Buffer buffer_;
  size_t samples_ = 0;
  std::unique_ptr<std::atomic<bool>[]> checked_;  // by sample: its checksums were right
  std::atomic<bool> complete_ = false;
};

}  // namespace dataset
