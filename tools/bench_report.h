#pragma once

#include <string>
#include <vector>

#include "dataset/dataset_info.h"
#include "dataset/loader_benchmark.h"

namespace cli {

// A measurement and what was measured.
struct BenchRun {
  dataset::LoaderOptions options;
  std::string cache;   // as resolved
  std::string output;  // format of the batches
  uint64_t samples = 0;
  bool in_memory = false;  // the whole split
  dataset::LoaderBenchmark benchmark;
};

// Lines for a person; the last is "1826 images/s", the median of the windows.
std::string FormatBenchmark(const BenchRun& run);
// One JSON object.
std::string FormatBenchmarkJson(const BenchRun& run);

// A table of runs that differ in their threads; the last line is that of the quickest.
std::string FormatThreads(const std::vector<BenchRun>& runs);
std::string FormatThreadsJson(const std::vector<BenchRun>& runs);

}  // namespace cli
