#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "dataset/base/enum_names.h"
#include "dataset/catalog/split.h"
#include "dataset/load/batch.h"
#include "dataset/load/batch_mixer.h"
#include "dataset/load/sampler.h"
#include "dataset/sample/reject_budget.h"
#include "dataset/sample/store.h"

namespace dataset {

// What becomes of an epoch's end that does not fill a batch (of ranks batches: a step of all ranks).
enum class LastBatch {
  kKeep,  // a short batch; one rank only
  kDrop,
  kPad,  // filled from the epoch's beginning; `valid` tells how many samples are not padding, possibly 0
};

// What is kept in memory.
enum class Cache {
  kAuto,     // kDecoded for raw stores, which are their own decoded form, else kEncoded
  kEncoded,  // records as they lie in the shards
  kDecoded,  // also the whole picture in bytes, once it was decoded: only if everything fits the budget
};
constexpr auto EnumNames(Cache) {
  return NameTable<Cache, 3>{{{Cache::kAuto, "auto"}, {Cache::kEncoded, "encoded"}, {Cache::kDecoded, "decoded"}}};
}
Cache ResolveCache(Cache asked, Store store);

struct LoaderOptions {
  std::filesystem::path folder;  // the dataset
  Split split = Split::kTrain;
  AugmentationOptions augmentation;
  MixOptions mix;  // if it mixes, batches have targets
  Order order = Order::kShuffled;
  std::vector<double> class_weights;   // kWeighted has one of the two: of each class's samples,
  std::vector<double> sample_weights;  // or of each sample
  int segment_epochs = 1;              // how often a segment is gone through before the next one
  uint32_t rank = 0;                   // of `ranks` loaders that share a training
  uint32_t ranks = 1;
  uint64_t steps_per_epoch = 0;  // 0: as many as the split has; else the order goes on across epochs
  LastBatch last_batch = LastBatch::kKeep;
  int batch_size = 64;
  int threads = 1;                      // decoding; never changes a byte or the order
  int depth = 3;                        // batches made ahead; depth + 2 exist, so hold no more than depth + 1 leases
  uint64_t memory = uint64_t{2} << 30;  // for all that LoaderStats::bytes_held counts, if two records have room in it
  Cache cache = Cache::kAuto;
  RejectBudget max_bad{.count = 0, .fraction = {}};  // unreadable samples that are replaced; the next one is an Error
  uint64_t seed = 0;
  PixelFormat format = PixelFormat::kUint8Nhwc;
  std::vector<float> mean;  // kFloat32Nchw only; in bytes' units, per channel
  std::vector<float> stddev;
  BufferAllocator* allocator = nullptr;  // outlives the loader and all leases; nullptr: plain memory
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const LoaderOptions& options);

}  // namespace dataset
