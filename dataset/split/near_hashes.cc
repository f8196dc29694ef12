#include "dataset/split/near_hashes.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>

#include <atomic>
#include <bit>
#include <cassert>

// Baseline x86-64 has no instruction that counts bits, so the function is also compiled for processors that have it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define DSTOOLS_POPCNT_CLONES __attribute__((target_clones("popcnt", "default")))
#else
#define DSTOOLS_POPCNT_CLONES
#endif

namespace dataset {
namespace {

struct Item {
  uint64_t hash;
  uint32_t index;
};

// Returns the index of the first of items[begin, end) within `distance` of `hash`, or end if there is none.
DSTOOLS_POPCNT_CLONES
size_t NextNear(const Item* items, size_t begin, size_t end, uint64_t hash, uint32_t distance) {
  for (size_t i = begin; i < end; ++i) {
    if (static_cast<uint32_t>(__builtin_popcountll(items[i].hash ^ hash)) <= distance) return i;
  }
  return end;
}

// The nearest hash of each hash. Distance and index share one word, so that the nearest is the least word.
class Nearest {
 public:
  explicit Nearest(size_t size) : words_(size) {
    for (auto& word : words_) word.store(UINT64_MAX, std::memory_order_relaxed);
  }

  void Offer(uint32_t index, uint32_t other, uint32_t distance) {
    const uint64_t word = uint64_t{distance} << 32 | other;
    uint64_t best = words_[index].load(std::memory_order_relaxed);
    while (word < best && !words_[index].compare_exchange_weak(best, word, std::memory_order_relaxed)) {
    }
  }

  NearestHash Of(size_t index) const {
    const uint64_t word = words_[index].load(std::memory_order_relaxed);
    if (word == UINT64_MAX) return {};
    return {static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)};
  }

 private:
  std::vector<std::atomic<uint64_t>> words_;
};

// The mask of bits [64 * band / bands, 64 * (band + 1) / bands).
uint64_t BandMask(uint32_t band, uint32_t bands) {
  const uint32_t begin = 64 * band / bands, end = 64 * (band + 1) / bands;
  const uint64_t below_end = end == 64 ? UINT64_MAX : (uint64_t{1} << end) - 1;
  return below_end & ~((uint64_t{1} << begin) - 1);
}

}  // namespace

std::vector<NearestHash> FindNearHashes(const std::vector<uint64_t>& hashes, uint32_t distance, DisjointSets* sets) {
  assert(distance < 64 && sets->size() == hashes.size());
  Nearest nearest(hashes.size());
  const uint32_t bands = distance + 1;
  std::vector<Item> items(hashes.size());
  for (uint32_t i = 0; i < hashes.size(); ++i) items[i] = {hashes[i], i};
  std::vector<size_t> ends(items.size());
  for (uint32_t band = 0; band < bands; ++band) {
    const uint64_t mask = BandMask(band, bands);
    tbb::parallel_sort(items.begin(), items.end(),
                       [mask](const Item& a, const Item& b) { return (a.hash & mask) < (b.hash & mask); });
    // ends[i]: the end of the run of items that have the same bits in this band as item i.
    for (size_t i = items.size(); i-- > 0;) {
      const bool last = i + 1 == items.size() || ((items[i].hash ^ items[i + 1].hash) & mask) != 0;
      ends[i] = last ? i + 1 : ends[i + 1];
    }
    tbb::parallel_for(tbb::blocked_range<size_t>(0, items.size(), 256), [&](const auto& range) {
      for (size_t i = range.begin(); i != range.end(); ++i) {
        const Item& item = items[i];
        for (size_t j = i + 1; (j = NextNear(items.data(), j, ends[i], item.hash, distance)) < ends[i]; ++j) {
          const auto bits = static_cast<uint32_t>(std::popcount(item.hash ^ items[j].hash));
          nearest.Offer(item.index, items[j].index, bits);
          nearest.Offer(items[j].index, item.index, bits);
          sets->Join(item.index, items[j].index);
        }
      }
    });
  }
  std::vector<NearestHash> result;
  result.reserve(hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i) result.push_back(nearest.Of(i));
  return result;
}

}  // namespace dataset
