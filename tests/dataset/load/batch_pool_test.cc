#include "dataset/load/batch_pool.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <new>
#include <thread>

namespace dataset {
namespace {

// Counts the buffers that it has allocated.
class CountingAllocator : public BufferAllocator {
 public:
  explicit CountingAllocator(int limit = 1000) : limit_(limit) {}
  void* Allocate(size_t bytes) override {
    if (limit_-- == 0) throw std::bad_alloc();
    void* buffer = std::aligned_alloc(64, (bytes + 63) / 64 * 64);
    sizes_[buffer] = bytes;
    ++made_;
    return buffer;
  }
  void Free(void* buffer, size_t bytes) override {
    EXPECT_EQ(sizes_.at(buffer), bytes);
    sizes_.erase(buffer);
    std::free(buffer);
  }
  size_t held() const { return sizes_.size(); }
  int made() const { return made_; }

 private:
  int limit_;
  int made_ = 0;
  std::map<void*, size_t> sizes_;
};

Batch Shape(PixelFormat format) {
  Batch shape;
  shape.format = format;
  shape.size = 4;
  shape.height = shape.width = 5;
  shape.channels = 3;
  return shape;
}

TEST(BatchPool, BatchesHaveTheShape) {
  const auto bytes = std::make_shared<BatchPool>(Shape(PixelFormat::kUint8Nhwc), 1, nullptr);
  EXPECT_EQ(bytes->bytes(), 300u);
  const auto floats = std::make_shared<BatchPool>(Shape(PixelFormat::kFloat32Nchw), 1, nullptr);
  EXPECT_EQ(floats->bytes(), 1200u);
  const BatchLease batch = floats->Lend(floats->TryTake());
  EXPECT_EQ(batch->labels.size(), 4u);
  EXPECT_EQ(batch->ids.size(), 4u);
  EXPECT_EQ(batch->height, 5);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(batch->data) % 64, 0u);
}

TEST(BatchPool, GoesRound) {
  const auto pool = std::make_shared<BatchPool>(Shape(PixelFormat::kUint8Nhwc), 2, nullptr);
  BatchLease first = pool->Lend(pool->TryTake());
  BatchLease second = pool->Lend(pool->TryTake());
  EXPECT_EQ(pool->TryTake(), nullptr);
  const Batch* given_back = &*first;
  first = BatchLease();
  EXPECT_EQ(pool->TryTake(), given_back);
}

TEST(BatchPool, WaitEndsWhenABatchComesBackOrOnStop) {
  const auto pool = std::make_shared<BatchPool>(Shape(PixelFormat::kUint8Nhwc), 1, nullptr);
  BatchLease lease = pool->Lend(pool->TryTake());
  bool free = false;
  {
    std::jthread waiter([&](std::stop_token) { free = pool->WaitUntilFree({}); });
    std::jthread giver([&lease] { lease = BatchLease(); });
  }
  EXPECT_TRUE(free);
  lease = pool->Lend(pool->TryTake());
  {
    std::jthread waiter([&](std::stop_token stop) { free = pool->WaitUntilFree(stop); });
  }
  EXPECT_FALSE(free);
}

TEST(BatchPool, LeaseKeepsTheMemoryAlive) {
  CountingAllocator allocator;
  BatchLease lease;
  {
    const auto pool = std::make_shared<BatchPool>(Shape(PixelFormat::kUint8Nhwc), 3, &allocator);
    lease = pool->Lend(pool->TryTake());
  }
  EXPECT_EQ(allocator.held(), 3u);
  static_cast<uint8_t*>(lease->data)[299] = 1;
  lease = BatchLease();
  EXPECT_EQ(allocator.held(), 0u);
  EXPECT_EQ(allocator.made(), 3);
}

TEST(BatchPool, FailedAllocationGivesTheOthersBack) {
  CountingAllocator allocator(2);
  EXPECT_THROW(BatchPool(Shape(PixelFormat::kUint8Nhwc), 3, &allocator), std::bad_alloc);
  EXPECT_EQ(allocator.made(), 2);
  EXPECT_EQ(allocator.held(), 0u);
}

}  // namespace
}  // namespace dataset
