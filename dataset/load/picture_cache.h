#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataset/image/image.h"
#include "dataset/load/loader_stats.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// Decoded pictures of a split by sample id, each decoded once, as long as they take no more than a given room. Thread-
// safe; the counters outlive it.
class PictureCache {
 public:
  static constexpr uint64_t kSampleBytes = sizeof(Image) + 1;  // beside the pixels

  // `room` is for the pixels alone.
  PictureCache(uint32_t samples, uint64_t room, LoaderCounters& counters);
  ~PictureCache();
  PictureCache(const PictureCache&) = delete;
  PictureCache& operator=(const PictureCache&) = delete;

  // nullptr: not there yet.
  const Image* Find(SampleId id) const;
  // The place to decode a picture into, then to be published or abandoned; nullptr: another thread does it now.
  Image* Claim(SampleId id);
  // False: there is no room for it, and it must be abandoned.
  bool Publish(SampleId id);
  void Abandon(SampleId id);

 private:
  enum State : uint8_t { kAbsent, kClaimed, kPresent };
  const uint64_t room_;
  LoaderCounters& counters_;
  std::vector<Image> pictures_;
  std::unique_ptr<std::atomic<uint8_t>[]> states_;
  std::atomic<uint64_t> bytes_ = 0;  // of the pixels
};

}  // namespace dataset
