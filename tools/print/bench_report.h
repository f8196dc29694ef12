#pragma once

#include <string>
#include <vector>

#include "dataset/bench/loader_benchmark.h"
#include "dataset/bench/loader_limit.h"
#include "dataset/bench/shuffle_report.h"

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

dataset::LoaderShares SharesOf(const BenchRun& run);

// Lines for a person; the last is "1826 images/s", the median of the windows.
std::string FormatBenchmark(const BenchRun& run);
// One JSON object.
std::string FormatBenchmarkJson(const BenchRun& run);

// A table of runs that differ in their threads; the last line is that of the quickest.
std::string FormatThreads(const std::vector<BenchRun>& runs);
std::string FormatThreadsJson(const std::vector<BenchRun>& runs);

// How well an epoch is mixed.
struct ShuffleRun {
  dataset::LoaderOptions options;
  size_t samples = 0;
  size_t classes = 0;
  bool in_memory = false;
  dataset::ShuffleReport epoch;
  dataset::ShuffleReport storage;  // of the order in which the samples are stored
};

// A table; the last line is "99.8 % of the classes a batch that uniform sampling gives".
std::string FormatShuffle(const ShuffleRun& run);
std::string FormatShuffleJson(const ShuffleRun& run);

}  // namespace cli
