#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataset/image/image.h"
#include "dataset/load/loader_stats.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// Keeps decoded pictures of a split by sample id, as long as their pixels fit the given room. Each picture is decoded
// by one thread: the one that claims it. Thread-safe; the counters must outlive it.
class PictureCache {
 public:
  static constexpr uint64_t kSampleBytes = sizeof(Image) + 1;  // memory of a sample beside its pixels

  // `samples` is the size of the split. `room` is in bytes, for the pixels alone.
  PictureCache(uint32_t samples, uint64_t room, LoaderCounters& counters);
  ~PictureCache();
  PictureCache(const PictureCache&) = delete;
  PictureCache& operator=(const PictureCache&) = delete;

  // Returns the picture, valid as long as the cache, or nullptr if it is not there.
  const Image* Find(SampleId id) const;
  // Returns the place to decode a picture into. The caller must then call Publish or Abandon. Returns nullptr if the
  // picture is there or another thread decodes it.
  Image* Claim(SampleId id);
  // Makes a claimed picture visible. Returns false if there is no room for it; the caller must then call Abandon.
  bool Publish(SampleId id);
  // Frees a claimed place.
  void Abandon(SampleId id);

 private:
  enum State : uint8_t { kAbsent, kClaimed, kPresent };
  const uint64_t room_;
  LoaderCounters& counters_;
  std::vector<Image> pictures_;
  std::unique_ptr<std::atomic<uint8_t>[]> states_;
  std::atomic<uint64_t> bytes_ = 0;  // of the published pictures' pixels
};

}  // namespace dataset
