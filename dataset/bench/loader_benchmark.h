#pragma once

#include <cstdint>
#include <optional>

#include "dataset/base/progress.h"
#include "dataset/bench/process_usage.h"
#include "dataset/bench/throughput.h"
#include "dataset/load/loader.h"
#include "dataset/load/loader_stats.h"

namespace dataset {

// What a loader alone delivers to a consumer that takes each batch and gives it back at once.
struct LoaderBenchmark {
  Throughput throughput;
  LoaderStats stats;      // of the measured time; bytes_held and bytes_peak are those at its end
  double processors = 0;  // busy with this process, on average over the measured time
  ProcessUsage usage;     // at the end
  // Bytes that the process read between the beginnings of epochs, the first one left out; nullopt: no whole epoch
  // passed.
  std::optional<double> bytes_read_per_epoch;
};

struct LoaderBenchmarkOptions {
  double warm_up = 1;  // seconds after the first batch
  double seconds = 8;  // measured after that
  int windows = 8;
};

// Runs epochs 0, 1, ... until enough has been measured. `progress` counts images.
LoaderBenchmark BenchmarkLoader(Loader& loader, const LoaderBenchmarkOptions& options, Progress& progress);

}  // namespace dataset
