#include "dataset/load/prefetcher.h"

#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>
#include <utility>

#include "dataset/base/error.h"

namespace dataset {
namespace {

// Larger than every Pick::repeat of an order.
constexpr uint32_t kReplacement = uint32_t{1} << 31;
// After this many bad samples in a row, something else must be wrong.
constexpr size_t kTries = 100;

std::exception_ptr AsError(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error&) {
    return exception;
  } catch (const std::exception& error) {
    return std::make_exception_ptr(Error(std::string("cannot make a batch: ") + error.what()));
  }
}

}  // namespace

Prefetcher::Round::Round(const Sampler::Round& its_positions, SampleOrder its_order,
                         std::shared_ptr<const Segment> its_segment, LoaderCounters& all_counters)
    : positions(its_positions), order(std::move(its_order)), segment(std::move(its_segment)), counters(all_counters) {
  counters.Hold(order.bytes());
}

Prefetcher::Round::~Round() { counters.Drop(order.bytes()); }

Prefetcher::Prefetcher(const Parts& parts, std::shared_ptr<BatchPool> pool, FillSlot fill, FinishBatch finish,
                       const PrefetchOptions& options)
    : parts_(parts),
      pool_(std::move(pool)),
      fill_(std::move(fill)),
      finish_(std::move(finish)),
      options_(options),
      batch_(options.first),
      walk_(parts.sampler) {
  assert(options_.share.batch_size == static_cast<uint64_t>(pool_->batch_size()));
  if (!parts_.cache.Claim()) throw Error("a loader has one BatchSource at a time: destroy the one before first");
  try {
    thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
  } catch (...) {
    parts_.cache.Release();
    throw;
  }
}

Prefetcher::~Prefetcher() {
  thread_.request_stop();
  thread_.join();
  round_ = nullptr;
  parts_.cache.Release();
}

BatchLease Prefetcher::Next() {
  std::unique_lock lock(mutex_);
  const size_t ready = complete_;
  LapTimer timer(parts_.counters);
  changed_.wait(lock, [this] { return complete_ > 0 || ended_; });
  timer.Lap(LoaderStage::kConsumerWait);
  if (complete_ > 0) {
    parts_.counters.AddBatch(ready);
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
    RunRounds(stop);
  } catch (...) {
    Fail(std::current_exception());
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

void Prefetcher::RunRounds(std::stop_token stop) {
  const int threads = std::min(options_.threads, tbb::info::default_concurrency());
  slots_.resize(4 * static_cast<size_t>(threads));
  tbb::task_arena arena(threads);
  while (batch_ < options_.share.end && !failed()) {
    const auto wait = [&](const std::vector<uint32_t>& blocks) { return parts_.cache.Get(blocks, stop); };
    if (!OpenRound(NextPosition(), wait)) return;
    // No stage ever waits, since a TBB task that waits may hold up the one it waits for. Instead the pipeline runs dry
    // when no batch is free, and this thread waits.
    if (open_ == nullptr) {
      LapTimer timer(parts_.counters);
      if (!pool_->WaitUntilFree(stop)) return;
      timer.Lap(LoaderStage::kBufferWait);
    }
    if (stop.stop_requested()) return;
    arena.execute([&] { RunPipeline(stop); });
  }
}

// Makes the round of `position` the current one. Returns false if `get` gave no segment.
bool Prefetcher::OpenRound(uint64_t position, const GetSegment& get) {
  if (round_ != nullptr && position >= round_->positions.begin && position < round_->positions.end) return true;
  walk_.GoTo(position);
  // No segment is read again for the few samples of a padding.
  const bool stay = options_.share.IsPadding(batch_, static_cast<uint64_t>(slot_)) && round_ != nullptr;
  std::shared_ptr<const Segment> segment = stay ? round_->segment : get(walk_.segment().blocks);
  if (segment == nullptr) return false;
  round_ = std::make_shared<const Round>(walk_.round(), walk_.Order(), std::move(segment), parts_.counters);
  if (!stay && !parts_.sampler.whole()) parts_.cache.ReadAhead(walk_.BlocksAfter(options_.share, batch_));
  return true;
}

void Prefetcher::RunPipeline(std::stop_token stop) {
  // The stages must not throw: an exception would cancel the samples under way, which are good.
  const auto next = [&](tbb::flow_control& control) noexcept {
    Slot* slot = nullptr;
    try {
      if (!stop.stop_requested() && !failed()) slot = NextSlot();
    } catch (...) {
      Fail(std::current_exception());
    }
    if (slot == nullptr) control.stop();
    return slot;
  };
  const auto fill = [&](Slot* slot) noexcept {
    Fill(slot);
    return slot;
  };
  const auto deliver = [&](Slot* slot) noexcept {
    try {
      Deliver(slot);
    } catch (...) {
      Fail(std::current_exception());
    }
  };
  tbb::parallel_pipeline(slots_.size(), tbb::make_filter<void, Slot*>(tbb::filter_mode::serial_in_order, next) &
                                            tbb::make_filter<Slot*, Slot*>(tbb::filter_mode::parallel, fill) &
                                            tbb::make_filter<Slot*, void>(tbb::filter_mode::serial_in_order, deliver));
}

// Returns nullptr if no slot can be begun now.
Prefetcher::Slot* Prefetcher::NextSlot() {
  if (batch_ == options_.share.end) return nullptr;
  const uint64_t position = NextPosition();
  if (!OpenRound(position, [this](const std::vector<uint32_t>& blocks) { return parts_.cache.TryGet(blocks); })) {
    return nullptr;
  }
  if (open_ == nullptr) {
    open_ = pool_->TryTake();
    if (open_ == nullptr) return nullptr;
    open_->epoch = options_.epoch;
    open_->first = options_.share.OffsetOf(batch_);
    open_->valid = static_cast<int>(options_.share.ValidOf(batch_));
    const std::lock_guard lock(mutex_);
    batches_.push_back(pool_->Lend(open_));
  }
  // The sample that used this Slot before is delivered: samples leave the pipeline in order.
  Slot& slot = slots_[next_slot_++ % slots_.size()];
  slot.round = round_;
  slot.batch = open_;
  slot.index = slot_++;
  slot.last = slot_ == (options_.pad ? pool_->batch_size() : open_->valid);
  slot.place = position - round_->positions.begin;
  slot.bad.clear();
  slot.error = nullptr;
  if (slot.last) {
    open_ = nullptr;
    slot_ = 0;
    ++batch_;
  }
  return &slot;
}

void Prefetcher::Fill(Slot* slot) {
  uint8_t& empty = slot->batch->empty[static_cast<size_t>(slot->index)];
  empty = 0;
  if (TryFill(slot, slot->round->order[slot->place]) || slot->error != nullptr) return;
  if (options_.bad_slot == BadSlot::kReplaced) {
    Replace(slot);
  } else {
    empty = 1;
  }
}

// Returns false if the sample is bad or slot->error is set. A sample that is bad under one draw may be good under
// another, which needs less of it decoded. So it counts as bad for this slot only, and batches are the same wherever an
// epoch begins.
bool Prefetcher::TryFill(Slot* slot, Pick pick) {
  const auto same = [&](const BadSample& sample) { return sample.id == pick.id; };
  if (std::any_of(slot->bad.begin(), slot->bad.end(), same)) return false;
  try {
    fill_(*slot->round->segment, pick, slot->round->positions.epoch, slot->index, slot->batch);
    return true;
  } catch (const Error& error) {
    if (parts_.bad.Allows(1)) {
      slot->bad.push_back({pick.id, error.what()});
    } else {
      slot->error = std::current_exception();
    }
  } catch (...) {
    slot->error = std::current_exception();
  }
  return false;
}

void Prefetcher::Replace(Slot* slot) {
  const SampleOrder& order = slot->round->order;
  const uint64_t size = order.size();
  const SampleId bad = slot->bad.front().id;
  for (uint64_t i = 0; i < size && slot->bad.size() < kTries; ++i) {
    if (!parts_.bad.Allows(slot->bad.size())) return;  // Deliver reports the Error
    const SampleId id = order[(slot->place + (size + 1) / 2 + i) % size].id;
    if (parts_.sampler.LabelOf(id) != parts_.sampler.LabelOf(bad)) continue;
    if (TryFill(slot, {id, kReplacement + static_cast<uint32_t>(slot->place)}) || slot->error != nullptr) return;
  }
  const std::string others = slot->bad.size() < kTries ? "none of the samples" : "none of the next samples";
  slot->error = std::make_exception_ptr(
      Error(slot->bad.front().what + "; " + others + " that could replace it is readable either"));
}

void Prefetcher::Deliver(Slot* slot) {
  slot->round = nullptr;
  if (failed()) return;
  const std::string done = options_.bad_slot == BadSlot::kReplaced ? "replaced" : "left out";
  for (const BadSample& sample : slot->bad) {
    if (parts_.bad.Report(sample)) continue;
    Fail(std::make_exception_ptr(Error(sample.what + "; " + std::to_string(parts_.bad.count()) + " bad samples were " +
                                       done + " before it, and `max_bad` allows no more")));
    return;
  }
  if (slot->error != nullptr) {
    Fail(slot->error);
    return;
  }
  parts_.counters.AddSample();
  if (!slot->last) return;
  // The slots of a short batch that hold no sample are set to zero: the buffer still has what the batch before left
  // there.
  Batch& batch = *slot->batch;
  const int made = slot->index + 1;
  const size_t slot_bytes = pool_->bytes() / static_cast<size_t>(batch.size);
  std::memset(static_cast<char*>(batch.data) + made * slot_bytes, 0, (batch.size - made) * slot_bytes);
  std::fill(batch.labels.begin() + made, batch.labels.end(), 0);
  std::fill(batch.ids.begin() + made, batch.ids.end(), 0);
  std::fill(batch.empty.begin() + made, batch.empty.end(), 0);
  if (finish_) finish_(&batch);
  {
    const std::lock_guard lock(mutex_);
    if (error_ != nullptr) return;
    ++complete_;
  }
  changed_.notify_one();
}

void Prefetcher::Fail(std::exception_ptr error) {
  error = AsError(std::move(error));
  const std::lock_guard lock(mutex_);
  if (error_ == nullptr) error_ = std::move(error);
}

bool Prefetcher::failed() {
  const std::lock_guard lock(mutex_);
  return error_ != nullptr;
}

}  // namespace dataset
