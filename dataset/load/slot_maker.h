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

// Makes the slots of a batch from samples: reads, parses, decodes and augments. Thread-safe.
class SlotMaker {
 public:
  // All references must outlive this object. `pictures` keeps whole decoded pictures; if it is nullptr, each call
  // decodes only as much as its draw needs. `mean` and `stddev` have one number for each channel, in units of bytes,
  // for batches of floats; else they are empty.
  SlotMaker(const ShardSet& shards, const DatasetInfo& info, const AugmentationOptions& augmentation, uint64_t seed,
            const std::vector<float>& mean, const std::vector<float>& stddev, PictureCache* pictures,
            LoaderCounters& counters);

  // Makes slot `slot` of *batch: its pixels, label and id. `epoch` keys the random draws. Throws Error with the
  // sample's place if it cannot be read or decoded. Memory that runs out is a std::bad_alloc.
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
