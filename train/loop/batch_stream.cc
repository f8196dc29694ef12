#include "train/loop/batch_stream.h"

#include "dataset/load/loader.h"

namespace train {

BatchStream StreamOf(dataset::Loader& loader) {
  return {[&loader](uint32_t epoch, uint64_t first_batch, InputSize) { return loader.Epoch(epoch, first_batch); },
          loader.batches_per_epoch()};
}

}  // namespace train
