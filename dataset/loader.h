#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "dataset/augmentation.h"
#include "dataset/bad_samples.h"
#include "dataset/batch.h"
#include "dataset/batch_mixer.h"
#include "dataset/dataset_info.h"
#include "dataset/loader_stats.h"
#include "dataset/reject_budget.h"
#include "dataset/sampler.h"
#include "dataset/split.h"

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
std::string_view CacheName(Cache cache);  // auto, encoded, decoded
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
  std::vector<float> std;
  BufferAllocator* allocator = nullptr;  // outlives the loader and all leases; nullptr: plain memory
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const LoaderOptions& options);

// Streams one split of a compiled dataset. A dataset that fits the budget is read once and kept; otherwise blocks are
// read segment by segment, the next one while this one is used. Epochs are made from one thread; a BatchSource must be
// destroyed before the next epoch is asked for (else an Error) and before the loader. Slots of a short batch that hold
// no sample are zero.
//
// Rank r takes the positions (step * ranks + r) * batch_size onward of each epoch's order, so all ranks have the same
// number of steps. With steps_per_epoch the order of all epochs is one sequence, and epoch e begins at its position
// e * steps_per_epoch * ranks * batch_size.
//
// A sample that cannot be read or decoded is replaced, in its slot, by the next readable one that comes at least half
// of the segment later in the segment's order (going round; of the same class where the order needs classes), with
// draws of its own; after a hundred bad ones in a row it is an Error. Since no more is decoded than a draw needs, a
// damaged picture may be bad under one draw and good under another. A shard that cannot be read is always an Error, but
// for samples of a padding that are not of the last segment.
class Loader {
 public:
  Loader(const DatasetInfo& info, const LoaderOptions& options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // The batches of `epoch` from number `first_batch` on; the same bytes as if begun at 0.
  std::unique_ptr<BatchSource> Epoch(uint32_t epoch, uint64_t first_batch = 0);

  // The ids of the samples of `epoch`, of all ranks, in order, without the padding and before bad ones are replaced.
  // Reads nothing.
  std::vector<SampleId> OrderOf(uint32_t epoch) const;

  uint64_t samples() const;
  uint64_t batches_per_epoch() const;  // of this rank; the same for each
  Cache cache() const;                 // resolved
  bool in_memory() const;              // the split is one segment

  // At any time, from any thread.
  LoaderStats stats() const;
  // What was replaced so far: each sample once, in the order in which batches met them.
  std::vector<BadSample> bad_samples() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dataset
