#include "dataset/picture_cache.h"

namespace dataset {

PictureCache::PictureCache(uint32_t samples, LoaderCounters& counters)
    : counters_(counters),
      pictures_(samples),
      states_(std::make_unique<std::atomic<uint8_t>[]>(samples)),
      bytes_(kSampleBytes * samples) {
  counters_.Hold(bytes_);
}

PictureCache::~PictureCache() { counters_.Drop(bytes_); }

const Image* PictureCache::Find(SampleId id) const {
  return states_[id].load(std::memory_order_acquire) == kPresent ? &pictures_[id] : nullptr;
}

Image* PictureCache::Claim(SampleId id) {
  uint8_t absent = kAbsent;
  return states_[id].compare_exchange_strong(absent, kClaimed) ? &pictures_[id] : nullptr;
}

void PictureCache::Publish(SampleId id) {
  bytes_ += pictures_[id].bytes();
  counters_.Hold(pictures_[id].bytes());
  states_[id].store(kPresent, std::memory_order_release);
}

void PictureCache::Abandon(SampleId id) {
  pictures_[id] = Image();
  states_[id].store(kAbsent, std::memory_order_release);
}

}  // namespace dataset
