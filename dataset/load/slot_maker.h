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
//
// Each thread that calls Make has scratch memory of its own. LoaderStats does not count it, but it is bounded. While a
// sample is made, it holds the pixels decoded for that sample, its record if that is not of the segment, and what is
// resized, warped, blurred or scaled on the way: at most a dozen slots' bytes and a few rows of the picture. Afterwards
// the thread keeps no more than kMaxKept bytes of decoded pixels, kMaxKept bytes of a record, and the rest.
class SlotMaker {
 public:
  static constexpr size_t kMaxKept = size_t{16} << 20;

  // All references outlive it. `pictures` keeps whole decoded pictures, of a dataset whose store is not kRaw; nullptr:
  // each time no more is decoded than is needed. `mean` and `stddev` are for batches of floats.
  SlotMaker(const ShardSet& shards, const DatasetInfo& info, const AugmentationOptions& augmentation, uint64_t seed,
            const std::vector<float>& mean, const std::vector<float>& stddev, PictureCache* pictures,
            LoaderCounters& counters);

  // Throws Error with the sample's place for one that cannot be read or decoded.
  void Make(const Segment& segment, Pick pick, uint32_t epoch, int slot, Batch* batch) const;

 private:
  struct Decoded {
    ImageView pixels;  // in the memory that was given, or the record's own
    FineRect part;     // of them: what was asked for
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
