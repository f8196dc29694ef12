#include "dataset/bench/loader_benchmark.h"

#include <chrono>

#include "dataset/base/error.h"

namespace dataset {

namespace {

using Clock = std::chrono::steady_clock;
using Phase = ThroughputMeter::Phase;

double SecondsSince(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// Returns the difference of the counters since `before`.
LoaderStats Since(const LoaderStats& before, LoaderStats stats) {
  for (size_t i = 0; i < kLoaderStages; ++i) stats.seconds[i] -= before.seconds[i];
  stats.bytes_read -= before.bytes_read;
  stats.samples -= before.samples;
  stats.batches -= before.batches;
  stats.queued -= before.queued;
  stats.bad_samples -= before.bad_samples;
  return stats;
}

}  // namespace

LoaderBenchmark BenchmarkLoader(Loader& loader, const LoaderBenchmarkOptions& options, Progress& progress) {
  if (loader.batches_per_epoch() == 0) throw Error("an epoch has no batch to measure");
  LoaderBenchmark benchmark;
  ThroughputMeter meter(options.warm_up, options.seconds, options.windows);
  const Clock::time_point begin = Clock::now();
  LoaderStats stats_begin;
  double cpu_begin = 0;
  uint64_t second_epoch_read = 0;  // bytes read before the second epoch
  progress.Start("measuring", 0);
  for (uint32_t epoch = 0; meter.phase() != Phase::kDone; ++epoch) {
    const uint64_t read = MeasureProcess().bytes_read;
    if (epoch == 1) second_epoch_read = read;
    if (epoch > 1) benchmark.bytes_read_per_epoch = static_cast<double>(read - second_epoch_read) / (epoch - 1);
    const std::unique_ptr<BatchSource> source = loader.Epoch(epoch);
    while (meter.phase() != Phase::kDone) {
      const BatchLease batch = source->Next();
      if (!batch) break;
      const uint64_t images = static_cast<uint64_t>(batch->valid);
      const Phase before = meter.phase();
      if (meter.Add(SecondsSince(begin), images) == Phase::kMeasuring && before == Phase::kWarmUp) {
        stats_begin = loader.stats();
        cpu_begin = MeasureProcess().cpu_seconds;
      }
      progress.Advance(images);
    }
  }
  progress.Finish();
  benchmark.stats = Since(stats_begin, loader.stats());
  benchmark.throughput = meter.result();
  benchmark.usage = MeasureProcess();
  benchmark.processors = (benchmark.usage.cpu_seconds - cpu_begin) / benchmark.throughput.seconds;
  return benchmark;
}

}  // namespace dataset
