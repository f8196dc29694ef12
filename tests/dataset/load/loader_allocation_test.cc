#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "dataset/load/loader.h"
#include "dataset/load/slot_maker.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"
#include "tests/testing/pictures.h"

namespace {

std::atomic<uint64_t> allocations = 0;
std::atomic<uint64_t> held = 0;  // bytes now
std::atomic<uint64_t> held_peak = 0;

void* Allocate(size_t size, size_t alignment = alignof(std::max_align_t)) {
  ++allocations;
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  const uint64_t now = held += malloc_usable_size(memory);
  for (uint64_t peak = held_peak; peak < now && !held_peak.compare_exchange_weak(peak, now);) {
  }
  return memory;
}

void Free(void* memory) {
  held -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

// Every form of new ends in one of these; the array forms do so by themselves, except under ASan.
void* operator new(size_t size) { return Allocate(size); }
void* operator new(size_t size, std::align_val_t alignment) { return Allocate(size, static_cast<size_t>(alignment)); }
void* operator new[](size_t size) { return Allocate(size); }
void* operator new[](size_t size, std::align_val_t alignment) { return Allocate(size, static_cast<size_t>(alignment)); }
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete[](void* memory, size_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { Free(memory); }

namespace dataset {
namespace {

constexpr int kCount = 2000;
constexpr int kBatch = 200;

// Allocations of an epoch for each of its batches, once a few epochs were made.
double AllocationsPerBatch(const DatasetInfo& info, const LoaderOptions& options) {
  Loader loader(info, options);
  for (uint32_t epoch = 0; epoch < 3; ++epoch) testing::Drain(*loader.Epoch(epoch));
  const auto source = loader.Epoch(3);
  source->Next();  // what an epoch needs is there
  const uint64_t before = allocations;
  double batches = 0;
  while (source->Next()) ++batches;
  return static_cast<double>(allocations - before) / batches;
}

TEST(LoaderAllocation, NoneForASample) {
  const struct {
    const char* name;
    Store store;
    bool jpeg;
    Cache cache;
    PixelFormat format;
  } cases[] = {
      {"raw", Store::kRaw, false, Cache::kAuto, PixelFormat::kUint8Nhwc},
      {"raw, floats", Store::kRaw, false, Cache::kAuto, PixelFormat::kFloat32Nchw},
      {"JPEG", Store::kCompressed, true, Cache::kEncoded, PixelFormat::kFloat32Nchw},
      {"JPEG, decoded", Store::kCompressed, true, Cache::kDecoded, PixelFormat::kFloat32Nchw},
  };
  for (const auto& c : cases) {
    testing::TempDir dir;
    std::string jpeg;
    const auto payloads = testing::MakePayloads(
        c.store, {},
        [&](int i, Sample* sample) {
          sample->filename += " of a name that is too long for a short string";
          if (!c.jpeg) return;
          EncodeJpeg(testing::MakePicture(24 + i % 5, 26 + i % 7, 3, static_cast<uint32_t>(i)), 90, &jpeg);
          sample->content = jpeg;
          sample->format = "JPEG";
        },
        kCount);
    DatasetInfo info = testing::WriteToyShards(dir.path(), payloads, 2);
    info.store = c.store;
    LoaderOptions options = testing::Options(dir.path());
    testing::TurnAugmentationOn(&options);
    options.batch_size = kBatch;
    options.cache = c.cache;
    options.format = c.format;
    options.mean = options.stddev = {1, 1, 1};
    // A pipeline that is begun anew for a batch, since all buffers were full, takes some, and cv::resize one or two for
    // some sizes of pictures.
    EXPECT_LT(AllocationsPerBatch(info, options), kBatch / 2) << c.name;
  }
}

// Of a PNG all pixels are decoded, whatever part is drawn.
TEST(LoaderAllocation, NoThreadKeepsALargePicture) {
  constexpr int kWidth = 3000, kHeight = 2500;
  constexpr uint64_t kLarge = uint64_t{3} * kWidth * kHeight;
  static_assert(kLarge > SlotMaker::kMaxKept);
  testing::TempDir dir;
  std::string png;
  const auto payloads = testing::MakePayloads(Store::kCompressed, {}, [&](int i, Sample* sample) {
    if (i != 7) return;
    Image large(kHeight, kWidth, 3);
    std::fill_n(large.data(), large.bytes(), uint8_t{9});
    EncodePng(large, &png);
    sample->content = png;
    sample->height = kHeight;
    sample->width = kWidth;
  });
  DatasetInfo info = testing::WriteToyShards(dir.path(), payloads, 2);
  info.store = Store::kCompressed;
  const LoaderOptions options = testing::Options(dir.path());
  const uint64_t before = held;
  held_peak = before;
  {
    Loader loader(info, options);
    testing::Drain(*loader.Epoch(0));
  }
  EXPECT_GE(held_peak - before, kLarge);
  EXPECT_LT(held - before, SlotMaker::kMaxKept);
}

}  // namespace
}  // namespace dataset
