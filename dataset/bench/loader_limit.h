#pragma once

#include "dataset/base/enum_names.h"
#include "dataset/load/loader_stats.h"

namespace dataset {

// Where the decoding threads' time went, as parts of it that add up to 1, but for `read`, which is beside them.
struct LoaderShares {
  double read = 0;  // part of the time in which shards were read in the background
  double parse = 0;
  double decode = 0;
  double augment = 0;
  double collate = 0;
  double segment_wait = 0;
  double buffer_wait = 0;
  double other = 0;  // handing samples from stage to stage, and what no stage counts
};

// `stats` are those of `seconds` of time and so many threads.
LoaderShares SharesOf(const LoaderStats& stats, double seconds, int threads);

// What would have to become quicker, or bigger, for more images a second.
enum class LoaderLimit { kDisk, kConsumer, kParse, kDecode, kAugment, kCollate };
constexpr auto EnumNames(LoaderLimit) {
  return NameTable<LoaderLimit, 6>{{{LoaderLimit::kDisk, "disk"},
                                    {LoaderLimit::kConsumer, "consumer"},
                                    {LoaderLimit::kParse, "parse"},
                                    {LoaderLimit::kDecode, "decode"},
                                    {LoaderLimit::kAugment, "augment"},
                                    {LoaderLimit::kCollate, "collate"}}};
}

// A wait of more than a tenth of the time decides, else the stage that takes most.
LoaderLimit LimitOf(const LoaderShares& shares);

}  // namespace dataset
