#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <stop_token>
#include <vector>

#include "dataset/load/segment.h"

namespace dataset {

// The segment in use and the one read ahead in the background, never more memory than for two. A dataset that is one
// segment is thus read once. Used by one thread at a time, except Claim and Release.
class RecordCache {
 public:
  // All outlive the cache, and the cache the segments.
  RecordCache(const ShardSet& shards, const std::vector<Block>& blocks, LoaderCounters& counters)
      : shards_(shards), blocks_(blocks), counters_(counters), buffers_(counters) {}
  ~RecordCache();
  RecordCache(const RecordCache&) = delete;
  RecordCache& operator=(const RecordCache&) = delete;

  // Makes the segment of these blocks the one in use, waiting until it is read, for which nobody may hold more than one
  // other. nullptr: `stop` was requested. Throws Error if a read fails.
  std::shared_ptr<const Segment> Get(const std::vector<uint32_t>& blocks, std::stop_token stop);
  // The same if it is read already, else nullptr.
  std::shared_ptr<const Segment> TryGet(const std::vector<uint32_t>& blocks);
  // Starts to read the segment that Get() will be asked for next, as soon as no more than one other is held. A failure
  // is told by that Get().
  void ReadAhead(const std::vector<uint32_t>& blocks);

  // One user at a time: false if it has one.
  bool Claim() { return !claimed_.exchange(true); }
  void Release() { claimed_ = false; }

 private:
  void DropNext();

  const ShardSet& shards_;
  const std::vector<Block>& blocks_;
  LoaderCounters& counters_;
  SegmentBuffers buffers_;
  std::atomic<bool> claimed_ = false;
  std::shared_ptr<const Segment> current_;
  std::shared_ptr<Segment> next_;
  std::stop_source stop_next_;
  std::future<bool> next_read_;  // of next_: Segment::Read
};

}  // namespace dataset
