#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "dataset/load/batch.h"

namespace dataset {

// A fixed number of batches of one shape that go round: they are taken, filled, lent and given back. The pool must be
// held by a shared_ptr; each lease holds one too, so the memory lives as long as anyone uses it. Thread-safe.
class BatchPool : public std::enable_shared_from_this<BatchPool> {
 public:
  // `shape` gives format, size, height, width and channels. `allocator` must outlive the pool; nullptr means plain
  // memory.
  BatchPool(const Batch& shape, size_t count, BufferAllocator* allocator);
  ~BatchPool();
  BatchPool(const BatchPool&) = delete;
  BatchPool& operator=(const BatchPool&) = delete;

  // Returns a free batch, or nullptr if there is none now.
  Batch* TryTake();
  // Waits until there is a free batch. Returns false if `stop` was requested.
  bool WaitUntilFree(std::stop_token stop);
  // Makes a lease for a batch that was taken; it gives the batch back.
  BatchLease Lend(Batch* batch);

  size_t bytes() const { return bytes_; }  // of one batch's data
  int batch_size() const { return batches_.front()->size; }

 private:
  void GiveBack(Batch* batch);

  size_t bytes_;
  BufferAllocator* allocator_;
  std::vector<std::unique_ptr<Batch>> batches_;
  std::mutex mutex_;
  std::condition_variable_any given_back_;
  std::vector<Batch*> free_;
};

}  // namespace dataset
