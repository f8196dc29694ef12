#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "dataset/load/bad_samples.h"
#include "dataset/load/batch.h"
#include "dataset/load/batch_pool.h"
#include "dataset/load/loader_options.h"
#include "dataset/load/loader_stats.h"
#include "dataset/load/record_cache.h"
#include "dataset/load/round_walk.h"
#include "dataset/load/sampler.h"

namespace dataset {

// Makes slot `slot` of *batch (its data, labels[slot] and ids[slot]) from a sample. The sample is usually in `segment`;
// `epoch` keys the random draws. Called from many threads at a time. Throws Error.
using FillSlot = std::function<void(const Segment& segment, Pick pick, uint32_t epoch, int slot, Batch* batch)>;
// Called with a batch after its slots are made. May be empty.
using FinishBatch = std::function<void(Batch* batch)>;

// Which batches of an epoch: those of `share` from number `first` on.
struct PrefetchOptions {
  uint32_t epoch = 0;  // its number; batches carry it
  EpochShare share;    // its batch_size must be the pool's
  bool pad = false;    // true: slots of padding are made too; false: the batch is short
  uint64_t first = 0;
  int threads = 1;  // at most as many as there are processors are used
  BadSlot bad_slot = BadSlot::kReplaced;
};

// Makes the batches of one epoch ahead, in a thread of its own, as long as the pool has free ones. The order of
// everything, the place of an error and what replaces a bad sample do not depend on the number of threads.
class Prefetcher : public BatchSource {
 public:
  // Must outlive the prefetcher.
  struct Parts {
    const Sampler& sampler;
    RecordCache& cache;
    BadSamples& bad;
    LoaderCounters& counters;
  };
  // Throws Error if the cache has a user already, that is another Prefetcher.
  Prefetcher(const Parts& parts, std::shared_ptr<BatchPool> pool, FillSlot fill, FinishBatch finish,
             const PrefetchOptions& options);
  ~Prefetcher() override;
  BatchLease Next() override;

 private:
  // A round of a segment. The one before the current round lives on while samples of it are under way.
  struct Round {
    Round(const Sampler::Round& its_positions, SampleOrder its_order, std::shared_ptr<const Segment> its_segment,
          LoaderCounters& all_counters);
    ~Round();

    const Sampler::Round positions;
    const SampleOrder order;
    const std::shared_ptr<const Segment> segment;
    LoaderCounters& counters;
  };

  // One sample that is under way.
  struct Slot {
    std::shared_ptr<const Round> round;
    Batch* batch = nullptr;
    int index = 0;
    bool last = false;           // the last slot of its batch
    uint64_t place = 0;          // index in the round's order
    std::vector<BadSample> bad;  // bad samples that were tried before a readable one
    std::exception_ptr error;
  };

  using GetSegment = std::function<std::shared_ptr<const Segment>(const std::vector<uint32_t>& blocks)>;

  void Run(std::stop_token stop);
  void RunRounds(std::stop_token stop);
  bool OpenRound(uint64_t position, const GetSegment& get);
  void RunPipeline(std::stop_token stop);
  uint64_t NextPosition() const { return options_.share.PositionOf(batch_, static_cast<uint64_t>(slot_)); }
  Slot* NextSlot();
  void Fill(Slot* slot);
  void Replace(Slot* slot);
  bool TryFill(Slot* slot, Pick pick);
  void Deliver(Slot* slot);
  void Fail(std::exception_ptr error);
  bool failed();

  const Parts parts_;
  const std::shared_ptr<BatchPool> pool_;
  const FillSlot fill_;
  const FinishBatch finish_;
  const PrefetchOptions options_;

  // Used by the driving thread and, while the pipeline runs, by its first stage.
  uint64_t batch_;  // number of the batch whose slots are being given out
  int slot_ = 0;
  Batch* open_ = nullptr;
  RoundWalk walk_;
  std::shared_ptr<const Round> round_;
  std::vector<Slot> slots_;  // the samples under way, used in turn
  size_t next_slot_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<BatchLease> batches_;  // in order: first the complete_ complete batches, then those being made
  size_t complete_ = 0;
  bool ended_ = false;  // no more will be complete
  std::exception_ptr error_;

  std::jthread thread_;
};

}  // namespace dataset
