#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "dataset/augmentation.h"
#include "dataset/batch.h"
#include "dataset/dataset_info.h"
#include "dataset/sampler.h"
#include "dataset/split.h"

namespace dataset {

enum class LastBatch { kKeep, kDrop };  // the short batch at an epoch's end

struct LoaderOptions {
  std::filesystem::path folder;  // the dataset
  Split split = Split::kTrain;
  AugmentationOptions augmentation;
  Order order = Order::kShuffled;
  LastBatch last_batch = LastBatch::kKeep;
  int batch_size = 64;
  int threads = 1;                      // decoding; never changes a byte or the order
  int depth = 3;                        // batches made ahead; depth + 2 exist, so hold no more than depth + 1 leases
  uint64_t memory = uint64_t{2} << 30;  // for records held; one segment may take half of it, all if everything fits
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
class Loader {
 public:
  Loader(const DatasetInfo& info, const LoaderOptions& options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // The batches of `epoch` from number `first_batch` on; the same bytes as if begun at 0.
  std::unique_ptr<BatchSource> Epoch(uint32_t epoch, uint64_t first_batch = 0);

  uint64_t samples() const;
  uint64_t batches_per_epoch() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dataset
