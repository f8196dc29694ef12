#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "dataset/load/sample_order.h"
#include "dataset/load/sampler.h"

namespace dataset {

// Which samples of an epoch one rank puts into its batches. An offset counts from the epoch's beginning, a position
// from the beginning of the sampler's sequence. The ranks take turns, batch by batch: of 2 ranks with batches of 4,
// rank 1 has the offsets 4 to 7, 12 to 15, and so on.
struct EpochShare {
  uint64_t begin = 0;    // position of the epoch
  uint64_t samples = 0;  // of the epoch, at least 1; offsets from there on are padding
  uint32_t rank = 0;
  uint32_t ranks = 1;
  uint64_t batch_size = 1;
  uint64_t end = 0;         // the rank's batches are numbers 0 to end - 1
  uint64_t next_begin = 0;  // position of the epoch that will probably be asked for next

  uint64_t OffsetOf(uint64_t batch) const { return (batch * ranks + rank) * batch_size; }  // of its first slot
  bool IsPadding(uint64_t batch, uint64_t slot) const { return OffsetOf(batch) + slot >= samples; }
  // Padding comes from the epoch's beginning.
  uint64_t PositionOf(uint64_t batch, uint64_t slot) const { return begin + (OffsetOf(batch) + slot) % samples; }
  // Slots of a batch that are no padding.
  uint64_t ValidOf(uint64_t batch) const { return std::min(batch_size, samples - std::min(samples, OffsetOf(batch))); }
};

// Goes from round to round of a sampler's sequence. Only arithmetic: it reads no records. Not thread-safe.
class RoundWalk {
 public:
  // `sampler` must outlive the walk.
  explicit RoundWalk(const Sampler& sampler) : sampler_(sampler) {}

  // Makes the round of a position the current one. Must be called before all that follow.
  void GoTo(uint64_t position);

  const Sampler::Round& round() const { return round_; }
  const Sampler::SegmentPlan& segment() const { return segments_[round_.segment]; }
  SampleOrder Order() const { return sampler_.OrderOf(segment(), round_); }

  // The position of the first sample, among the share's batches from number `batch` on, that comes after all rounds of
  // the current segment; if there is none, that of the rank's first sample in the next epoch.
  uint64_t PositionAfter(const EpochShare& share, uint64_t batch) const;
  // The blocks of that sample's segment: what to read ahead.
  std::vector<uint32_t> BlocksAfter(const EpochShare& share, uint64_t batch) const;

 private:
  const Sampler& sampler_;
  uint64_t number_ = 0;                         // of the sampler's walk that is dealt
  std::vector<Sampler::SegmentPlan> segments_;  // of it; empty: none is dealt yet
  Sampler::Round round_;
};

}  // namespace dataset
