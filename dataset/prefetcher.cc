#include "dataset/prefetcher.h"

#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "dataset/error.h"

namespace dataset {

Prefetcher::Prefetcher(const Sampler& sampler, RecordCache& cache, std::shared_ptr<BatchPool> pool, FillSlot fill,
                       const PrefetchOptions& options)
    : sampler_(sampler),
      cache_(cache),
      pool_(std::move(pool)),
      fill_(std::move(fill)),
      options_(options),
      position_(options.first) {
  if (!cache_.Claim()) throw Error("a loader has one BatchSource at a time: destroy the one before first");
  try {
    thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
  } catch (...) {
    cache_.Release();
    throw;
  }
}

Prefetcher::~Prefetcher() {
  thread_.request_stop();
  thread_.join();
  cache_.Release();
}

BatchLease Prefetcher::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return complete_ > 0 || ended_; });
  if (complete_ > 0) {
    BatchLease batch = std::move(batches_.front());
    batches_.pop_front();
    --complete_;
    return batch;
  }
  if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
  return {};
}

void Prefetcher::Run(std::stop_token stop) {
  try {
    RunSegments(stop);
  } catch (const Error&) {
    Fail(std::current_exception());
  } catch (const std::exception& error) {
    Fail(std::make_exception_ptr(Error(std::string("cannot read ahead: ") + error.what())));
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

void Prefetcher::RunSegments(std::stop_token stop) {
  const std::vector<std::vector<uint32_t>> segments = sampler_.Deal(options_.epoch);
  const int threads = std::min(options_.threads, tbb::info::default_concurrency());
  tbb::task_arena arena(threads);
  uint64_t segment_end = 0;
  for (uint32_t number = 0; number < segments.size() && position_ < options_.end; ++number) {
    const uint64_t segment_first = segment_end;
    segment_end += sampler_.SamplesOf(segments[number]);
    if (segment_end <= position_) continue;

    const Segment* segment = cache_.Get(segments[number], stop);
    if (segment == nullptr) return;
    cache_.ReadAhead(segment_end < options_.end ? segments[number + 1] : sampler_.Deal(options_.epoch + 1).front());
    order_ = sampler_.OrderOf(segments[number], options_.epoch, number);
    next_in_order_ = position_ - segment_first;

    // No stage ever waits, since a TBB task that waits may hold up the one it waits for. Instead the pipeline runs dry
    // when no batch is free, and this thread waits.
    const uint64_t pause = std::min(segment_end, options_.end);
    while (position_ < pause && !failed()) {
      if (open_ == nullptr && !pool_->WaitUntilFree(stop)) return;
      if (stop.stop_requested()) return;
      arena.execute([&] { RunPipeline(*segment, 4 * static_cast<size_t>(threads), stop); });
    }
    if (failed()) return;
  }
}

void Prefetcher::RunPipeline(const Segment& segment, size_t samples_in_flight, std::stop_token stop) {
  const auto next = [&](tbb::flow_control& control) noexcept {
    Slot slot;
    if (stop.stop_requested() || failed() || !NextSlot(&slot)) control.stop();
    return slot;
  };
  const auto fill = [&](Slot slot) noexcept {
    Fill(segment, &slot);
    return slot;
  };
  const auto deliver = [&](const Slot& slot) noexcept { Deliver(slot); };
  tbb::parallel_pipeline(samples_in_flight,
                         tbb::make_filter<void, Slot>(tbb::filter_mode::serial_in_order, next) &
                             tbb::make_filter<Slot, Slot>(tbb::filter_mode::parallel, fill) &
                             tbb::make_filter<Slot, void>(tbb::filter_mode::serial_in_order, deliver));
}

bool Prefetcher::NextSlot(Slot* slot) {
  if (next_in_order_ == order_.size() || position_ == options_.end) return false;
  if (open_ == nullptr) {
    open_ = pool_->TryTake();
    if (open_ == nullptr) return false;
    open_->epoch = options_.epoch;
    open_->first = position_;
    open_->valid = static_cast<int>(std::min<uint64_t>(static_cast<uint64_t>(open_->size), options_.end - position_));
    const std::lock_guard lock(mutex_);
    batches_.push_back(pool_->Lend(open_));
  }
  slot->batch = open_;
  slot->index = static_cast<int>(position_ - open_->first);
  slot->id = order_[next_in_order_];
  ++next_in_order_;
  ++position_;
  if (slot->index + 1 == open_->valid) open_ = nullptr;
  return true;
}

void Prefetcher::Fill(const Segment& segment, Slot* slot) const {
  try {
    fill_(segment.Record(slot->id), slot->id, slot->index, slot->batch);
  } catch (...) {
    slot->error = std::current_exception();
  }
}

void Prefetcher::Deliver(const Slot& slot) {
  if (slot.error != nullptr) {
    Fail(slot.error);
    return;
  }
  const int made = slot.index + 1;
  Batch& batch = *slot.batch;
  if (made < batch.valid) return;
  // The slots of a short batch that hold no sample are zero, not what the batch before left there.
  const size_t slot_bytes = pool_->bytes() / static_cast<size_t>(batch.size);
  std::memset(static_cast<char*>(batch.data) + made * slot_bytes, 0, (batch.size - made) * slot_bytes);
  std::fill(batch.labels.begin() + made, batch.labels.end(), 0);
  std::fill(batch.ids.begin() + made, batch.ids.end(), 0);
  {
    const std::lock_guard lock(mutex_);
    if (error_ != nullptr) return;
    ++complete_;
  }
  changed_.notify_one();
}

void Prefetcher::Fail(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  if (error_ == nullptr) error_ = std::move(error);
}

bool Prefetcher::failed() {
  const std::lock_guard lock(mutex_);
  return error_ != nullptr;
}

}  // namespace dataset
