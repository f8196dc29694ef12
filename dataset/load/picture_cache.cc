#include "dataset/load/picture_cache.h"

namespace dataset {

PictureCache::PictureCache(uint32_t samples, uint64_t room, LoaderCounters& counters)
    : room_(room), counters_(counters), pictures_(samples), states_(std::make_unique<std::atomic<uint8_t>[]>(samples)) {
  counters_.Hold(kSampleBytes * samples);
}

PictureCache::~PictureCache() { counters_.Drop(kSampleBytes * pictures_.size() + bytes_); }

const Image* PictureCache::Find(SampleId id) const {
  return states_[id].load(std::memory_order_acquire) == kPresent ? &pictures_[id] : nullptr;
}

Image* PictureCache::Claim(SampleId id) {
  uint8_t absent = kAbsent;
  return states_[id].compare_exchange_strong(absent, kClaimed) ? &pictures_[id] : nullptr;
}

bool PictureCache::Publish(SampleId id) {
  const uint64_t bytes = pictures_[id].bytes();
  if (bytes_.fetch_add(bytes) + bytes > room_) {
    bytes_ -= bytes;
    return false;
  }
  counters_.Hold(bytes);
  states_[id].store(kPresent, std::memory_order_release);
  return true;
}

void PictureCache::Abandon(SampleId id) {
  pictures_[id] = Image();
  states_[id].store(kAbsent, std::memory_order_release);
}

}  // namespace dataset
