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
//
// Each thread that calls Make has scratch memory of its own. LoaderStats does not count it, but it is bounded. While a
// sample is made, it holds the pixels decoded for that sample, its record if that is not in the segment, and at most a
// dozen times the bytes of a slot for results of resizing, warping, blurring and scaling. Afterwards the thread keeps
// the bytes of slots, at most kMaxKept bytes of decoded pixels and at most kMaxKept bytes of a record.
class SlotMaker {
 public:
  static constexpr size_t kMaxKept = size_t{16} << 20;

  // All references must outlive this object. `pictures` keeps whole decoded pictures of a dataset whose store is not
  // kRaw; if it is nullptr, each call decodes only as much as its draw needs. `mean` and `stddev` have one number for
  // each channel, in units of bytes, for batches of floats; else they are empty.
  SlotMaker(const ShardSet& shards, const DatasetInfo& info, const AugmentationOptions& augmentation, uint64_t seed,
            const std::vector<float>& mean, const std::vector<float>& stddev, PictureCache* pictures,
            LoaderCounters& counters);

  // Makes slot `slot` of *batch: its pixels, label and id. `epoch` keys the random draws. Throws Error with the
  // sample's place if it cannot be read or decoded. Memory that runs out is a std::bad_alloc.
  void Make(const Segment& segment, Pick pick, uint32_t epoch, int slot, Batch* batch) const;

 private:
  struct Decoded {
    ImageView pixels;  // in the given memory, or in the record
    FineRect part;     // the part of them that was asked for
  };

  void Draw(const Sample& sample, Pick pick, uint32_t epoch, LapTimer& timer, Image* scratch, uint8_t* out) const;
  Decoded Decode(const Sample& sample, DecodeOptions options, Image* memory) const;
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
