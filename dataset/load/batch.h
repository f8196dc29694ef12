#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "dataset/base/enum_names.h"

namespace dataset {

// The type and layout of a batch's values.
enum class PixelFormat {
  kUint8Nhwc,    // bytes 0 ... 255, for a consumer that normalizes them itself
  kFloat32Nchw,  // byte * a + b with a = 1 / std[channel] and b = -mean[channel] / std[channel], each rounded to float
};
constexpr auto EnumNames(PixelFormat) {
  return NameTable<PixelFormat, 2>{{{PixelFormat::kUint8Nhwc, "u8-nhwc"}, {PixelFormat::kFloat32Nchw, "f32-nchw"}}};
}

// A batch of `size` slots. The first `valid` slots hold samples. The source owns the buffers.
struct Batch {
  PixelFormat format = PixelFormat::kUint8Nhwc;
  int size = 0;
  int valid = 0;
  int height = 0;
  int width = 0;
  int channels = 0;
  void* data = nullptr;  // size x height x width x channels values, or size x channels x height x width, by format
  std::vector<int64_t> labels;  // size
  std::vector<float> targets;   // size x classes: the share of each label in a mixed sample; empty: the labels tell all
  std::vector<uint32_t> ids;    // size; SampleIds
  std::vector<uint8_t>
      empty;  // size; 1: its sample is unreadable and was left out; other values of the slot mean nothing
  uint32_t epoch = 0;
  uint64_t first = 0;  // position of slot 0 in the epoch's order
};

// A batch on loan. The destructor gives the buffer back, so the lease must live until the last use of the batch, also
// if that is asynchronous. A lease may end in any thread and may outlive the BatchSource. Move-only.
class BatchLease {
 public:
  BatchLease() = default;
  BatchLease(Batch* batch, std::function<void(Batch*)> release) : batch_(batch), release_(std::move(release)) {}
  ~BatchLease() { Release(); }
  BatchLease(BatchLease&& other) noexcept
      : batch_(std::exchange(other.batch_, nullptr)), release_(std::move(other.release_)) {}
  BatchLease& operator=(BatchLease&& other) noexcept {
    if (this != &other) {
      Release();
      batch_ = std::exchange(other.batch_, nullptr);
      release_ = std::move(other.release_);
    }
    return *this;
  }
  const Batch& operator*() const { return *batch_; }
  const Batch* operator->() const { return batch_; }
  explicit operator bool() const { return batch_ != nullptr; }

 private:
  void Release() {
    if (batch_ != nullptr) release_(std::exchange(batch_, nullptr));
  }
  Batch* batch_ = nullptr;
  std::function<void(Batch*)> release_;
};

// A stream of batches: all that a trainer sees of the data.
class BatchSource {
 public:
  virtual ~BatchSource() = default;  // may run at any time: stops the work under way and never hangs
  // Returns the next batch in order, or an empty lease at the end. Blocks while all buffers are on loan. Throws Error
  // in place of the batch that would have held the failed sample: all batches before it are delivered, and none after
  // it. Must be called by one thread at a time.
  virtual BatchLease Next() = 0;
};

// Allocates the memory of batches, for example pinned memory. Called only when buffers are made and destroyed.
class BufferAllocator {
 public:
  virtual ~BufferAllocator() = default;
  virtual void* Allocate(size_t bytes) = 0;  // aligned to 64 bytes
  virtual void Free(void* buffer, size_t bytes) = 0;
};

}  // namespace dataset
