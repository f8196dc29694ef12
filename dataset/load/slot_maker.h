#pragma once

#include <cstdint>
#include <vector>

#include "dataset/augment/augmentation.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/image/resampler.h"
#include "dataset/load/batch.h"
#include "dataset/load/loader_stats.h"
#include "dataset/load/picture_cache.h"
#include "dataset/load/segment.h"
#include "dataset/read/sample_parser.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/scale.h"

namespace dataset {

// Turns samples into slots of a batch: what a loader does for each one. Thread-safe.
class SlotMaker {
 public:
  // All references outlive it. `pictures` keeps whole decoded pictures; nullptr: each time no more is decoded than is
  // needed. `mean` and `std` are for batches of floats.
  SlotMaker(const ShardSet& shards, const DatasetInfo& info, const AugmentationOptions& augmentation, uint64_t seed,
            const std::vector<float>& mean, const std::vector<float>& stddev, PictureCache* pictures,
            LoaderCounters& counters);

  // Throws Error with the sample's place for one that cannot be read or decoded.
  void Make(const Segment& segment, Pick pick, uint32_t epoch, int slot, Batch* batch) const;

 private:
  void Draw(const Sample& sample, Pick pick, uint32_t epoch, LapTimer& timer, uint8_t* out) const;
  FineRect Decode(const Sample& sample, DecodeOptions options, Image* picture) const;
  const Image& Whole(const Sample& sample, SampleId id, Image* scratch) const;
  Rng DrawsOf(Pick pick, uint32_t epoch) const;

  const ShardSet& shards_;
  const SampleParser parser_;
  const Scale scale_;
  const uint64_t seed_;
  const Augmentation augmentation_;
  PlaneScale to_floats_;
  PictureCache* const pictures_;
  LoaderCounters& counters_;
};

}  // namespace dataset
