#pragma once

#include <string>
#include <vector>

#include "dataset/bench/loader_benchmark.h"
#include "dataset/bench/loader_limit.h"
#include "dataset/bench/shuffle_report.h"

namespace cli {

// A measurement of the loader, and what was measured.
struct BenchRun {
  dataset::LoaderOptions options;
  std::string cache;       // the resolved kind of cache
  std::string output;      // the format of the batches
  uint64_t samples = 0;    // of the split
  bool in_memory = false;  // the whole split fits the memory
  dataset::LoaderBenchmark benchmark;
};

dataset::LoaderShares SharesOf(const BenchRun& run);

// Returns lines for a person. The last is the median of the windows, such as "1826 images/s".
std::string FormatBenchmark(const BenchRun& run);
// Returns one JSON object.
std::string FormatBenchmarkJson(const BenchRun& run);

// Returns a table of runs that differ in their number of threads. The last line is about the fastest.
std::string FormatThreads(const std::vector<BenchRun>& runs);
std::string FormatThreadsJson(const std::vector<BenchRun>& runs);

// A measurement of how well an epoch is shuffled.
struct ShuffleRun {
  dataset::LoaderOptions options;
  size_t samples = 0;
  size_t classes = 0;
  bool in_memory = false;  // the whole split fits the memory
  dataset::ShuffleReport epoch;
  dataset::ShuffleReport storage;  // the same for the order in which the samples are stored
};

// Returns a table. The last line is like "99.8 % of the classes a batch that uniform sampling gives".
std::string FormatShuffle(const ShuffleRun& run);
std::string FormatShuffleJson(const ShuffleRun& run);

}  // namespace cli
