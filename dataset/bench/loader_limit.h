#pragma once

#include <string_view>

#include "dataset/load/loader_stats.h"

namespace dataset {

// How the decoding threads spent their time, as parts of it. They add up to 1, except `read`, which runs beside them.
struct LoaderShares {
  double read = 0;  // part of the time in which shards were read in the background
  double parse = 0;
  double decode = 0;
  double augment = 0;
  double collate = 0;
  double segment_wait = 0;
  double buffer_wait = 0;
  double other = 0;  // handing samples from stage to stage, and everything that no stage counts
};

// `stats` must be those of `seconds` seconds with this number of threads.
LoaderShares SharesOf(const LoaderStats& stats, double seconds, int threads);

// What must become faster (or larger) to get more images per second.
enum class LoaderLimit { kDisk, kConsumer, kParse, kDecode, kAugment, kCollate };
std::string_view LimitName(LoaderLimit limit);  // disk, consumer, parse, decode, augment, collate

// Returns the longer wait, if it is more than a tenth of the time; else the stage that takes most time.
LoaderLimit LimitOf(const LoaderShares& shares);

}  // namespace dataset
