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

// Streams one split of a dataset as batches. A dataset that fits the budget is read once and kept in memory. Otherwise
// it is read segment by segment, and the next segment is read while the current one is used. Epoch() must be called by
// one thread at a time, and a BatchSource must be destroyed before the next one is made (else Epoch throws Error) and
// before the loader is destroyed. Slots of a short batch that hold no sample are zero.
//
// Memory: LoaderOptions::memory limits what LoaderStats::bytes_held counts. In addition there are the depth + 2 batches
// and, for each thread, the pixels of the sample that it decodes; it keeps at most 16 MiB of them for the next sample.
//
// Ranks: rank r takes the positions from (step * ranks + r) * batch_size on of each epoch's order, so all ranks have
// the same number of steps. If steps_per_epoch is set, the order of all epochs is one sequence, and epoch e begins at
// its position e * steps_per_epoch * ranks * batch_size.
//
// Bad samples: if a sample cannot be read or decoded, its slot stays empty, or another one takes it
// (LoaderOptions::bad_slot). This is the first readable sample
// that is at least half of the segment's length later in the segment's order, counted round; it has the same class if
// the order needs classes, and draws of its own. A hundred bad samples in a row are an Error. Only as much is decoded
// as a draw needs, so a damaged picture may be bad under one draw and good under another. A failed read of a shard is
// always an Error, with one exception: samples of a padding that are not in the segment in use are read one by one, and
// such a failed read makes a bad sample.
class Loader {
 public:
  // Throws Error for shards that are missing or damaged (ShardSet), and Error::Usage for options that are out of range
  // or do not fit the dataset.
  Loader(const DatasetInfo& info, const LoaderOptions& options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // Returns the batches of `epoch` from number `first_batch` on. Their bytes do not depend on where the epoch begins.
  std::unique_ptr<BatchSource> Epoch(uint32_t epoch, uint64_t first_batch = 0);

  // Returns the ids of the samples of `epoch` of all ranks, in order, without the padding, and before bad samples are
  // replaced. Reads nothing.
  std::vector<SampleId> OrderOf(uint32_t epoch) const;

  uint64_t samples() const;
  uint64_t batches_per_epoch() const;  // of one rank; the same for each rank
  Cache cache() const;                 // never kAuto
  bool in_memory() const;              // whether the split is one segment

  // May be called at any time from any thread.
  LoaderStats stats() const;
  // The samples that were replaced or left out so far, each once, in the order in which batches met them. May be called
  // at any time from any thread.
  std::vector<BadSample> bad_samples() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dataset
