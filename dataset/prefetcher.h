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
#include <string_view>
#include <thread>
#include <vector>

#include "dataset/batch.h"
#include "dataset/batch_pool.h"
#include "dataset/record_cache.h"
#include "dataset/sampler.h"

namespace dataset {

// Makes slot `slot` of *batch (its data, labels[slot] and ids[slot]) from the framed record of sample `id`. Called from
// many threads at a time; throws Error.
using FillSlot = std::function<void(std::string_view record, SampleId id, int slot, Batch* batch)>;

struct PrefetchOptions {
  uint32_t epoch = 0;
  uint64_t first = 0;  // positions in the epoch's order: from this one, a multiple of the batch's size,
  uint64_t end = 0;    // to before this one
  int threads = 1;     // no more are used than there are processors
};

// The batches of one epoch, made ahead by a thread of its own as long as the pool has free ones. The order of
// everything, and the place where an error comes, do not depend on the number of threads.
class Prefetcher : public BatchSource {
 public:
  // The sampler and the cache outlive the prefetcher. Throws Error if the cache has a user already.
  Prefetcher(const Sampler& sampler, RecordCache& cache, std::shared_ptr<BatchPool> pool, FillSlot fill,
             const PrefetchOptions& options);
  ~Prefetcher() override;
  BatchLease Next() override;

 private:
  // One sample on its way.
  struct Slot {
    Batch* batch = nullptr;
    int index = 0;
    SampleId id = 0;
    std::exception_ptr error;
  };

  void Run(std::stop_token stop);
  void RunSegments(std::stop_token stop);
  void RunPipeline(const Segment& segment, size_t samples_in_flight, std::stop_token stop);
  bool NextSlot(Slot* slot);
  void Fill(const Segment& segment, Slot* slot) const;
  void Deliver(const Slot& slot);
  void Fail(std::exception_ptr error);
  bool failed();

  const Sampler& sampler_;
  RecordCache& cache_;
  const std::shared_ptr<BatchPool> pool_;
  const FillSlot fill_;
  const PrefetchOptions options_;

  // Of the driving thread and, while it runs, of the pipeline's first stage.
  uint64_t position_;
  std::vector<SampleId> order_;  // of the segment in use
  size_t next_in_order_ = 0;
  Batch* open_ = nullptr;  // the batch whose slots are being given out

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<BatchLease> batches_;  // in order: the complete ones, then those being made
  size_t complete_ = 0;
  bool ended_ = false;  // no more will be complete
  std::exception_ptr error_;

  std::jthread thread_;
};

}  // namespace dataset
