#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace dataset {

// The stages that a loader's time is counted for.
enum class LoaderStage {
  kRead,          // reading shards to memory, in the background
  kParse,         // checking and parsing records
  kDecode,        // decoding to pixels
  kAugment,       // crop, resize, flip, colours, mixing
  kCollate,       // converting bytes to the batch's format
  kSegmentWait,   // nothing was made, because the next segment was not read yet: the disk is the limit
  kBufferWait,    // nothing was made, because all buffers were full or on loan: the consumer is the limit
  kConsumerWait,  // Next() waited for a batch: the loader is the limit
};
inline constexpr size_t kLoaderStages = 8;

// What a loader has done since it was made. The seconds of kParse to kCollate are summed over the threads.
struct LoaderStats {
  std::array<double, kLoaderStages> seconds{};
  uint64_t bytes_read = 0;  // bytes read from shards
  uint64_t samples = 0;     // samples put into batches
  uint64_t batches = 0;     // batches handed out by Next()
  uint64_t queued = 0;      // batches that lay ready when Next() was called, summed over the calls that gave one
  // The bytes held now for records, decoded pictures, orders and tables. The batches' buffers are not counted, nor is
  // the scratch memory of threads, which is bounded (slot_maker.h).
  uint64_t bytes_held = 0;
  uint64_t bytes_peak = 0;  // the most that bytes_held has been
  uint64_t bad_samples = 0;

  double Seconds(LoaderStage stage) const { return seconds[static_cast<size_t>(stage)]; }
  double mean_queue() const { return batches == 0 ? 0 : static_cast<double>(queued) / static_cast<double>(batches); }
};

// The counters behind LoaderStats. Many threads add to them, and they may be read at any time. Thread-safe.
class LoaderCounters {
 public:
  using Clock = std::chrono::steady_clock;

  void AddTime(LoaderStage stage, Clock::duration time) {
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
    nanoseconds_[static_cast<size_t>(stage)].fetch_add(static_cast<uint64_t>(nanoseconds), std::memory_order_relaxed);
  }
  void AddBytesRead(uint64_t bytes) { bytes_read_.fetch_add(bytes, std::memory_order_relaxed); }
  void AddSample() { samples_.fetch_add(1, std::memory_order_relaxed); }
  void AddBatch(uint64_t queued) {
    batches_.fetch_add(1, std::memory_order_relaxed);
    queued_.fetch_add(queued, std::memory_order_relaxed);
  }
  // Count memory that is held from now on, and memory that is not held any more.
  void Hold(uint64_t bytes) {
    const uint64_t held = held_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    uint64_t peak = peak_.load(std::memory_order_relaxed);
    while (peak < held && !peak_.compare_exchange_weak(peak, held, std::memory_order_relaxed)) {
    }
  }
  void Drop(uint64_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }

  LoaderStats Read() const {
    LoaderStats stats;
    for (size_t i = 0; i < kLoaderStages; ++i) stats.seconds[i] = 1e-9 * static_cast<double>(nanoseconds_[i].load());
    stats.bytes_read = bytes_read_.load();
    stats.samples = samples_.load();
    stats.batches = batches_.load();
    stats.queued = queued_.load();
    stats.bytes_held = held_.load();
    stats.bytes_peak = peak_.load();
    return stats;
  }

 private:
  std::array<std::atomic<uint64_t>, kLoaderStages> nanoseconds_{};
  std::atomic<uint64_t> bytes_read_ = 0;
  std::atomic<uint64_t> samples_ = 0;
  std::atomic<uint64_t> batches_ = 0;
  std::atomic<uint64_t> queued_ = 0;
  std::atomic<uint64_t> held_ = 0;
  std::atomic<uint64_t> peak_ = 0;
};

// A stopwatch: each Lap adds the time since the Lap before (the first: since the construction) to a stage. Not
// thread-safe.
class LapTimer {
 public:
  explicit LapTimer(LoaderCounters& counters) : counters_(counters), last_(LoaderCounters::Clock::now()) {}
  void Lap(LoaderStage stage) {
    const auto now = LoaderCounters::Clock::now();
    counters_.AddTime(stage, now - last_);
    last_ = now;
  }

 private:
  LoaderCounters& counters_;
  LoaderCounters::Clock::time_point last_;
};

}  // namespace dataset
