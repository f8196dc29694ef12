#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "dataset/load/sample_order.h"
#include "dataset/load/sampler.h"

namespace dataset {

// The samples of an epoch that one rank puts into its batches. Offsets are counted from the beginning of the epoch,
// positions from the beginning of the sampler's sequence. The ranks take turns, batch by batch: with 2 ranks and
// batches of 4, rank 1 has the offsets 4 to 7, 12 to 15, and so on.
struct EpochShare {
  uint64_t begin = 0;    // the epoch's first position
  uint64_t samples = 0;  // of the epoch, at least 1; offsets from there on are padding
  uint32_t rank = 0;
  uint32_t ranks = 1;
  uint64_t batch_size = 1;
  uint64_t end = 0;         // the rank's batches are numbers 0 to end - 1
  uint64_t next_begin = 0;  // first position of the epoch that will probably be asked for next

  uint64_t OffsetOf(uint64_t batch) const { return (batch * ranks + rank) * batch_size; }  // of its first slot
  bool IsPadding(uint64_t batch, uint64_t slot) const { return OffsetOf(batch) + slot >= samples; }
  // Padding comes from the epoch's beginning.
  uint64_t PositionOf(uint64_t batch, uint64_t slot) const { return begin + (OffsetOf(batch) + slot) % samples; }
  // The number of slots of a batch that are not padding.
  uint64_t ValidOf(uint64_t batch) const { return std::min(batch_size, samples - std::min(samples, OffsetOf(batch))); }
};

// Goes from round to round of a sampler's sequence. Only arithmetic: it reads no records. Not thread-safe.
class RoundWalk {
 public:
  // `sampler` must outlive the walk.
  explicit RoundWalk(const Sampler& sampler) : sampler_(sampler) {}

  // Makes the round of a position the current one. Must be called before the functions below.
  void GoTo(uint64_t position);

  const Sampler::Round& round() const { return round_; }
  const Sampler::SegmentPlan& segment() const { return segments_[round_.segment]; }
  SampleOrder Order() const { return sampler_.OrderOf(segment(), round_); }

  // Looks in the share's batches from number `batch` on for the first sample that comes after all rounds of the current
  // segment, and returns its position. If there is none, returns the position of the rank's first sample in the next
  // epoch.
  uint64_t PositionAfter(const EpochShare& share, uint64_t batch) const;
  // Returns the blocks of that sample's segment, which should be read ahead.
  std::vector<uint32_t> BlocksAfter(const EpochShare& share, uint64_t batch) const;

 private:
  const Sampler& sampler_;
  uint64_t number_ = 0;                         // of the sampler's walk that is dealt
  std::vector<Sampler::SegmentPlan> segments_;  // of it; empty: none is dealt yet
  Sampler::Round round_;
};

}  // namespace dataset
