#pragma once

#include <cstdint>
#include <optional>

#include "dataset/base/progress.h"
#include "dataset/bench/process_usage.h"
#include "dataset/bench/throughput.h"
#include "dataset/load/loader.h"
#include "dataset/load/loader_stats.h"

namespace dataset {

// What a loader delivers to a consumer that gives each batch back at once.
struct LoaderBenchmark {
  Throughput throughput;
  LoaderStats stats;      // of the measured time; bytes_held and bytes_peak are those at its end
  double processors = 0;  // processors that were busy with this process, on average over the measured time
  ProcessUsage usage;     // at the end of the measurement
  // Bytes that the process read in one epoch, on average over the whole epochs after the first one; nullopt if there
  // was none.
  std::optional<double> bytes_read_per_epoch;
};

struct LoaderBenchmarkOptions {
  double warm_up = 1;  // seconds after the first batch that are not measured
  double seconds = 8;  // seconds that are measured after that
  int windows = 8;     // equal parts of the measured time
};

// Runs epochs 0, 1, ... of the loader until enough time is measured. `progress` counts images. Throws Error if an epoch
// has no batch, and as BatchSource::Next does.
LoaderBenchmark BenchmarkLoader(Loader& loader, const LoaderBenchmarkOptions& options, Progress& progress);

}  // namespace dataset
