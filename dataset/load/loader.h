#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/load/bad_samples.h"
#include "dataset/load/batch.h"
#include "dataset/load/loader_options.h"
#include "dataset/load/loader_stats.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// Streams one split of a compiled dataset. A dataset that fits the budget is read once and kept; otherwise blocks are
// read segment by segment, the next one while this one is used. Epochs are made from one thread; a BatchSource must be
// destroyed before the next epoch is asked for (else an Error) and before the loader. Slots of a short batch that hold
// no sample are zero.
//
// Memory: LoaderOptions::memory bounds what LoaderStats::bytes_held counts. Beside it are the depth + 2 batches, and,
// of each thread, the pixels of the sample that it decodes, of which it keeps at most 16 MiB for the next one.
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
