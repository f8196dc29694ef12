#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "dataset/base/enum_names.h"

namespace dataset {

enum class PixelFormat {
  kUint8Nhwc,    // bytes 0..255: for a consumer that normalises itself
  kFloat32Nchw,  // byte * a + b with a = 1 / std[channel], b = -mean[channel] / std[channel], each rounded to float
};
constexpr auto EnumNames(PixelFormat) {
  return NameTable<PixelFormat, 2>{{{PixelFormat::kUint8Nhwc, "u8-nhwc"}, {PixelFormat::kFloat32Nchw, "f32-nchw"}}};
}

// `size` slots, the first `valid` of which hold samples. The buffers belong to the source.
struct Batch {
  PixelFormat format = PixelFormat::kUint8Nhwc;
  int size = 0;
  int valid = 0;
  int height = 0;
  int width = 0;
  int channels = 0;
  void* data = nullptr;         // size x height x width x channels (or size x channels x height x width) values
  std::vector<int64_t> labels;  // size
  std::vector<float> targets;   // size x classes: each label's share of a mixed sample; empty: labels say all
  std::vector<uint32_t> ids;    // size: sample ids
  uint32_t epoch = 0;
  uint64_t first = 0;  // position of slot 0 in the epoch's order
};

// A batch on loan: its end gives the buffer back, so hold it until the last (also asynchronous) use. Move-only; may end
// in any thread, and may outlive the BatchSource.
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

// All that a trainer sees of the data.
class BatchSource {
 public:
  virtual ~BatchSource() = default;  // stops early if it must; never hangs
  // The next batch in order; an empty lease at the end. Throws Error where the sample that failed would have come: all
  // batches before it are delivered, none after. Blocks while all buffers are on loan. One thread at a time.
  virtual BatchLease Next() = 0;
};

// Where batch memory comes from, for example pinned memory. Called only when buffers are made and destroyed.
class BufferAllocator {
 public:
  virtual ~BufferAllocator() = default;
  virtual void* Allocate(size_t bytes) = 0;  // aligned to 64 bytes
  virtual void Free(void* buffer, size_t bytes) = 0;
};

}  // namespace dataset
