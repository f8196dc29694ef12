#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
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

// What happens at the end of an epoch to samples that do not fill a batch (with several ranks: a step of all ranks).
enum class LastBatch {
  kKeep,  // they are a short batch; one rank only
  kDrop,  // they are left out
  kPad,   // the batch is filled up from the epoch's beginning; `valid` does not count the padding and may be 0
};

// What is kept in memory once it was read.
enum class Cache {
  kAuto,     // kDecoded for raw stores, which are their own decoded form, else kEncoded
  kEncoded,  // records as they lie in the shards
  kDecoded,  // also each whole picture in bytes once it was decoded; only if all of them fit the budget
};
constexpr auto EnumNames(Cache) {
  return NameTable<Cache, 3>{{{Cache::kAuto, "auto"}, {Cache::kEncoded, "encoded"}, {Cache::kDecoded, "decoded"}}};
}
// Returns `asked`, or kAuto's choice for the store.
Cache ResolveCache(Cache asked, Store store);

// What becomes of the slot of an unreadable sample.
enum class BadSlot {
  kReplaced,  // another sample takes it
  kEmpty,     // none does: Batch::empty
};

struct LoaderOptions {
  std::filesystem::path folder;  // the dataset
  Split split = Split::kTrain;
  AugmentationOptions augmentation;
  MixOptions mix;                                              // if it mixes, batches have targets
  uint32_t mix_epochs = std::numeric_limits<uint32_t>::max();  // epochs from this one on are as if nothing mixed
  Order order = Order::kShuffled;
  std::vector<double> class_weights;   // by label; kWeighted needs these or sample_weights
  std::vector<double> sample_weights;  // by sample id; each weight >= 0, their sum above 0
  int segment_epochs = 1;              // how often a segment is gone through before the next one
  uint32_t rank = 0;                   // number of this loader among the `ranks` loaders of one training
  uint32_t ranks = 1;
  uint64_t steps_per_epoch = 0;  // 0: as many as the split has; else the order goes on across epochs
  LastBatch last_batch = LastBatch::kKeep;
  int batch_size = 64;
  int threads = 1;  // for decoding; changes neither a byte nor the order
  int depth = 3;    // batches made ahead; depth + 2 exist, so a consumer may hold at most depth + 1 leases
  uint64_t memory = uint64_t{2} << 30;  // bytes; the limit of LoaderStats::bytes_held, if two records have room in it
  Cache cache = Cache::kAuto;
  RejectBudget max_bad{.count = 0, .fraction = {}};  // unreadable samples that are tolerated; one more is an Error
  BadSlot bad_slot = BadSlot::kReplaced;
  std::string bad_cure;  // the end of the Error about an unreadable sample if none is tolerated; may be empty
  uint64_t seed = 0;
  PixelFormat format = PixelFormat::kUint8Nhwc;
  std::vector<float> mean;  // kFloat32Nchw only: one for each channel, in units of bytes (0 ... 255)
  std::vector<float> stddev;
  BufferAllocator* allocator = nullptr;  // must outlive the loader and all leases; nullptr: plain memory
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const LoaderOptions& options);

}  // namespace dataset
