#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "dataset/load/batch.h"

namespace dataset {
class Loader;
}

namespace train {

// Batches of one split, kUint8Nhwc: those of any epoch, from any batch on.
struct BatchStream {
  std::function<std::unique_ptr<dataset::BatchSource>(uint32_t epoch, uint64_t first_batch)> open;
  uint64_t batches = 0;  // an epoch
};

// What the loader gives. It must outlive the stream and its sources.
BatchStream StreamOf(dataset::Loader& loader);

}  // namespace train
