#include "dataset/load/batch_pool.h"

#include <new>

namespace dataset {

namespace {

class PlainMemory : public BufferAllocator {
 public:
  void* Allocate(size_t bytes) override { return ::operator new(bytes, kAlignment); }
  void Free(void* buffer, size_t) override { ::operator delete(buffer, kAlignment); }

 private:
  static constexpr std::align_val_t kAlignment{64};
};

PlainMemory plain_memory;

size_t BytesOf(const Batch& shape) {
  const size_t value = shape.format == PixelFormat::kFloat32Nchw ? sizeof(float) : sizeof(uint8_t);
  return value * static_cast<size_t>(shape.size) * static_cast<size_t>(shape.height) *
         static_cast<size_t>(shape.width) * static_cast<size_t>(shape.channels);
}

}  // namespace

BatchPool::BatchPool(const Batch& shape, size_t count, BufferAllocator* allocator)
    : bytes_(BytesOf(shape)), allocator_(allocator != nullptr ? allocator : &plain_memory) {
  batches_.reserve(count);
  free_.reserve(count);
  try {
    for (size_t i = 0; i < count; ++i) {
      auto batch = std::make_unique<Batch>(shape);
      batch->labels.resize(static_cast<size_t>(shape.size));
      batch->ids.resize(static_cast<size_t>(shape.size));
      batch->empty.resize(static_cast<size_t>(shape.size));
      batch->data = allocator_->Allocate(bytes_);
      free_.push_back(batch.get());
      batches_.push_back(std::move(batch));
    }
  } catch (...) {
    for (Batch* batch : free_) allocator_->Free(batch->data, bytes_);
    throw;
  }
}

BatchPool::~BatchPool() {
  for (const std::unique_ptr<Batch>& batch : batches_) allocator_->Free(batch->data, bytes_);
}

Batch* BatchPool::TryTake() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return nullptr;
  Batch* batch = free_.back();
  free_.pop_back();
  return batch;
}

bool BatchPool::WaitUntilFree(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return given_back_.wait(lock, stop, [this] { return !free_.empty(); });
}

BatchLease BatchPool::Lend(Batch* batch) {
  return BatchLease(batch, [pool = shared_from_this()](Batch* lent) { pool->GiveBack(lent); });
}

void BatchPool::GiveBack(Batch* batch) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(batch);
  }
  given_back_.notify_one();
}

}  // namespace dataset
