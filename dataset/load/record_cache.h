#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <stop_token>
#include <vector>

#include "dataset/load/segment.h"

namespace dataset {

// Holds the segment in use and reads the next one ahead in the background. There is memory for two segments, never for
// more. If a dataset is one segment, it is read only once. Must be used by one thread at a time, except Claim and
// Release.
class RecordCache {
 public:
  // All references must outlive the cache, and the cache must outlive the segments.
  RecordCache(const ShardSet& shards, const std::vector<Block>& blocks, LoaderCounters& counters)
      : shards_(shards), blocks_(blocks), counters_(counters), buffers_(counters) {}
  ~RecordCache();
  RecordCache(const RecordCache&) = delete;
  RecordCache& operator=(const RecordCache&) = delete;

  // Returns the segment with these blocks and makes it the one in use. Waits until it is read; since there is memory
  // for two segments, the wait does not end while callers hold more than one other segment. Returns nullptr if `stop`
  // was requested. Throws Error if a read fails.
  std::shared_ptr<const Segment> Get(const std::vector<uint32_t>& blocks, std::stop_token stop);
  // As Get, but returns nullptr, without waiting, if the segment is not read yet.
  std::shared_ptr<const Segment> TryGet(const std::vector<uint32_t>& blocks);
  // Begins to read, in the background, the segment that the next Get() will ask for. The reading waits until callers
  // hold at most one other segment. If it fails, that Get() throws the Error.
  void ReadAhead(const std::vector<uint32_t>& blocks);

  // Makes the caller the only user of the cache until Release(). Returns false if the cache has a user.
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
  std::future<bool> next_read_;  // the result of next_->Read()
};

}  // namespace dataset
