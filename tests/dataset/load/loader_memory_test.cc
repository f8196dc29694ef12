#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "dataset/codec/encoder.h"
#include "dataset/load/loader.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

using testing::Drain;
using testing::ErrorOf;
using testing::Options;
using testing::TempDir;

constexpr int kCount = 3000;

// Bytes that this process has asked the system to read.
uint64_t BytesRead() {
  std::ifstream io("/proc/self/io");
  for (std::string name; io >> name;) {
    uint64_t value;
    io >> value;
    if (name == "rchar:") return value;
  }
  return 0;
}

class LoaderMemoryTest : public ::testing::Test {
 protected:
  static DatasetInfo Write(const std::filesystem::path& folder) {
    DatasetInfo info = testing::WriteToyShards(folder, testing::MakePayloads(Store::kRaw, {}, nullptr, kCount), 3);
    info.store = Store::kRaw;
    return info;
  }

  LoaderOptions OptionsOf(uint64_t memory) const {
    LoaderOptions options = Options(dir_.path());
    options.memory = memory;
    options.batch_size = 32;
    return options;
  }

  TempDir dir_;
  const DatasetInfo info_ = Write(dir_.path());
  const uint64_t bytes_ = ShardSet(dir_.path(), info_, Split::kTrain).bytes();
};

TEST_F(LoaderMemoryTest, HoldsNoMoreThanTheBudget) {
  for (const Order order : {Order::kShuffled, Order::kStratified, Order::kBalanced, Order::kWeighted}) {
    for (const uint64_t memory : {2 * bytes_, bytes_, bytes_ / 2, bytes_ / 4, bytes_ / 10}) {
      LoaderOptions options = OptionsOf(memory);
      options.order = order;
      options.segment_epochs = 2;
      if (order == Order::kWeighted) options.sample_weights.assign(kCount, 1);
      Loader loader(info_, options);
      EXPECT_EQ(loader.in_memory(), memory > bytes_);
      for (uint32_t epoch = 0; epoch < 3; ++epoch) {
        const auto source = loader.Epoch(epoch);
        while (source->Next()) EXPECT_LE(loader.stats().bytes_held, memory);
      }
      EXPECT_LE(loader.stats().bytes_peak, memory) << NameOf(order);
      // It also makes use of the memory.
      EXPECT_GE(loader.stats().bytes_peak, std::min(memory / 2, bytes_)) << NameOf(order) << " " << memory;
    }
  }
}

TEST_F(LoaderMemoryTest, ReadsEachByteOnceAnEpoch) {
  for (const Order order : {Order::kShuffled, Order::kStratified}) {
    for (const uint64_t memory : {bytes_ / 2, bytes_ / 10}) {
      LoaderOptions options = OptionsOf(memory);
      options.order = order;
      Loader loader(info_, options);
      uint64_t before = BytesRead();
      for (uint32_t epoch = 0; epoch < 3; ++epoch) {
        Drain(*loader.Epoch(epoch));
        // The next epoch's first segment was read ahead, at least in part.
        const uint64_t ahead = memory / 2;
        EXPECT_GE(loader.stats().bytes_read, (epoch + 1) * bytes_);
        EXPECT_LE(loader.stats().bytes_read, (epoch + 1) * bytes_ + ahead);
        EXPECT_LE(BytesRead() - before, (epoch + 1) * (bytes_ + 5000) + ahead);
      }
    }
  }
}

TEST_F(LoaderMemoryTest, WhatFitsIsReadOnce) {
  Loader loader(info_, OptionsOf(2 * bytes_));
  for (uint32_t epoch = 0; epoch < 3; ++epoch) Drain(*loader.Epoch(epoch));
  EXPECT_EQ(loader.stats().bytes_read, bytes_);
}

TEST_F(LoaderMemoryTest, SegmentEpochsReadOnceForSeveralEpochs) {
  LoaderOptions options = OptionsOf(bytes_ / 4);
  options.segment_epochs = 4;
  Loader loader(info_, options);
  for (uint32_t epoch = 0; epoch < 4; ++epoch) Drain(*loader.Epoch(epoch));
  EXPECT_LE(loader.stats().bytes_read, bytes_ + bytes_ / 8);
}

TEST_F(LoaderMemoryTest, StatisticsCountWhatWasMade) {
  Loader loader(info_, OptionsOf(2 * bytes_));
  Drain(*loader.Epoch(0));
  const LoaderStats stats = loader.stats();
  EXPECT_EQ(stats.samples, static_cast<uint64_t>(kCount));
  EXPECT_EQ(stats.batches, loader.batches_per_epoch());
  EXPECT_GE(stats.mean_queue(), 0);
  EXPECT_LE(stats.mean_queue(), 5);
  for (const LoaderStage stage :
       {LoaderStage::kRead, LoaderStage::kParse, LoaderStage::kDecode, LoaderStage::kAugment}) {
    EXPECT_GT(stats.Seconds(stage), 0);
  }
}

TEST_F(LoaderMemoryTest, ThousandsOfEarlyStopsLeaveNothing) {
  for (const uint64_t memory : {2 * bytes_, bytes_ / 10}) {
    LoaderOptions options = OptionsOf(memory);
    Loader loader(info_, options);
    const uint64_t idle = loader.stats().bytes_held;
    for (uint32_t i = 0; i < 1000; ++i) {
      const auto source = loader.Epoch(i, i % 90);
      BatchLease held;
      for (uint32_t taken = 0; taken < i % 4; ++taken) held = source->Next();
    }
    EXPECT_LE(loader.stats().bytes_held, std::max(idle + 2 * bytes_, memory));
    EXPECT_EQ(Drain(*loader.Epoch(7)).size(), loader.batches_per_epoch());
  }
}

class DecodedCacheTest : public ::testing::Test {
 protected:
  LoaderOptions OptionsOf(Cache cache) const {
    LoaderOptions options = Options(dir_.path());
    testing::TurnAugmentationOn(&options);
    options.cache = cache;
    return options;
  }

  TempDir dir_;
  const DatasetInfo info_ = testing::WriteStore(dir_.path(), Store::kCompressed);
};

TEST_F(DecodedCacheTest, ResolvesByTheStore) {
  EXPECT_EQ(ResolveCache(Cache::kAuto, Store::kCompressed), Cache::kEncoded);
  EXPECT_EQ(ResolveCache(Cache::kAuto, Store::kNormalized), Cache::kEncoded);
  EXPECT_EQ(ResolveCache(Cache::kAuto, Store::kRaw), Cache::kDecoded);
  EXPECT_EQ(ResolveCache(Cache::kDecoded, Store::kCompressed), Cache::kDecoded);
  EXPECT_EQ(Loader(info_, OptionsOf(Cache::kAuto)).cache(), Cache::kEncoded);
  EXPECT_EQ(Loader(info_, OptionsOf(Cache::kDecoded)).cache(), Cache::kDecoded);
}

TEST_F(DecodedCacheTest, GivesTheSamePixelsOfAPng) {
  Loader encoded(info_, OptionsOf(Cache::kEncoded)), decoded(info_, OptionsOf(Cache::kDecoded));
  for (uint32_t epoch = 0; epoch < 3; ++epoch) {
    EXPECT_EQ(Drain(*decoded.Epoch(epoch)), Drain(*encoded.Epoch(epoch)));
  }
}

TEST_F(DecodedCacheTest, WeightedOrderDecodesOnce) {
  LoaderOptions options = OptionsOf(Cache::kDecoded);
  options.order = Order::kWeighted;
  options.class_weights = {1, 0, 0};
  options.threads = 4;
  Loader loader(info_, options);
  Drain(*loader.Epoch(0));
  Drain(*loader.Epoch(1));
  uint64_t pixels = 0;
  for (int id = 0; id < testing::kSamples; id += 3) {
    const Image picture = testing::MakePicture(24 + id % 5, 26 + id % 7, 3, 0);
    pixels += picture.bytes();
  }
  EXPECT_LE(loader.stats().bytes_held, 2 * pixels + 200000);
  EXPECT_GE(loader.stats().bytes_held, pixels * 9 / 10);
}

TEST_F(DecodedCacheTest, NeedsRoomForEverything) {
  const uint64_t bytes = ShardSet(dir_.path(), info_, Split::kTrain).bytes();
  LoaderOptions options = OptionsOf(Cache::kDecoded);
  options.memory = bytes * 2;
  const std::string what = ErrorOf([&] { Loader loader(info_, options); });
  EXPECT_NE(what.find("`cache` decoded: records and decoded pictures need "), std::string::npos) << what;
  // With the memory that the message names, it never holds more.
  options.memory = std::stoull(what.substr(what.find("need ") + 5));
  Loader loader(info_, options);
  Drain(*loader.Epoch(0));
  EXPECT_LE(loader.stats().bytes_peak, options.memory);
  options.memory -= 1;
  EXPECT_NE(ErrorOf([&] { Loader other(info_, options); }), "");
}

TEST_F(DecodedCacheTest, BadPicturesAreToldEveryTime) {
  const auto payloads = testing::MakePayloads(Store::kCompressed, {}, [](int i, Sample* sample) {
    if (i == 9) sample->content = "no picture";
  });
  const DatasetInfo info = testing::WriteToyShards(dir_.path(), payloads, 2);
  LoaderOptions options = OptionsOf(Cache::kDecoded);
  Loader failing(info, options);
  for (int i = 0; i < 2; ++i)
    EXPECT_NE(ErrorOf([&] { Drain(*failing.Epoch(0)); }).find("picture_9.png"), std::string::npos);
  options.max_bad.count = 1;
  Loader skipping(info, options);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Drain(*skipping.Epoch(0)).size(), 8u);
}

}  // namespace
}  // namespace dataset
