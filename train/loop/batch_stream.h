#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "dataset/load/batch.h"

namespace dataset {
class Loader;
}

namespace train {

// Of the pictures that a network reads.
enum class InputSize {
  kStart,  // the smaller one, for the first epochs
  kFull,
};

// The batches of one split, in the format kUint8Nhwc. `open` gives those of any epoch, from any batch on. A source must
// be destroyed before the next one is opened.
struct BatchStream {
  std::function<std::unique_ptr<dataset::BatchSource>(uint32_t epoch, uint64_t first_batch, InputSize size)> open;
  uint64_t batches = 0;  // per epoch
};

// The end of an error about an unreadable sample.
inline constexpr char kBadCure[] = "; `on_bad` skip goes on without unreadable pictures";

// Returns the stream of a loader's batches, which have one size. The loader must outlive the stream and the sources
// that it opens.
BatchStream StreamOf(dataset::Loader& loader);

}  // namespace train
