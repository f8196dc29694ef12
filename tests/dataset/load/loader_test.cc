#include "dataset/load/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"

namespace dataset {
namespace {

using testing::Drain;
using testing::ErrorOf;
using testing::kSamples;
using testing::kSize;
using testing::kSlot;
using testing::MakePayloads;
using testing::Options;
using testing::TempDir;
using testing::Text;
using testing::TurnAugmentationOn;
using testing::WriteFile;
using testing::WriteStore;
using testing::WriteToyShards;

// Returns the pixels of each sample, with its label as the last byte.
std::map<uint32_t, std::string> PixelsOf(const DatasetInfo& info, const LoaderOptions& options, uint32_t epoch) {
  Loader loader(info, options);
  const auto source = loader.Epoch(epoch);
  std::map<uint32_t, std::string> pixels;
  while (const BatchLease batch = source->Next()) {
    for (int slot = 0; slot < batch->valid; ++slot) {
      std::string value(static_cast<const char*>(batch->data) + slot * kSlot, kSlot);
      value += static_cast<char>(batch->labels[slot]);
      EXPECT_TRUE(pixels.emplace(batch->ids[slot], value).second) << "twice: " << batch->ids[slot];
    }
  }
  return pixels;
}

class LoaderTest : public ::testing::Test {
 protected:
  TempDir dir_;
  const DatasetInfo info_ = WriteStore(dir_.path(), Store::kCompressed);
  const uint64_t bytes_ = ShardSet(dir_.path(), info_, Split::kTrain).bytes();
};

TEST_F(LoaderTest, EachEpochHoldsEachSampleOnceForAnyBudget) {
  for (const uint64_t memory : {bytes_, bytes_ / 2, bytes_ / 10, uint64_t{1}}) {
    LoaderOptions options = Options(dir_.path());
    options.memory = memory;
    for (uint32_t epoch = 0; epoch < 2; ++epoch) {
      const auto pixels = PixelsOf(info_, options, epoch);
      ASSERT_EQ(pixels.size(), static_cast<size_t>(kSamples));
      for (const auto& [id, value] : pixels) EXPECT_EQ(value.back(), static_cast<char>(id % 3));
    }
  }
}

TEST_F(LoaderTest, ThreadsChangeNoByte) {
  for (const uint64_t memory : {bytes_, bytes_ / 3}) {
    std::set<std::vector<std::string>> results;
    for (const int threads : {1, 2, 4}) {
      LoaderOptions options = Options(dir_.path());
      TurnAugmentationOn(&options);
      options.memory = memory;
      options.threads = threads;
      Loader loader(info_, options);
      results.insert(Drain(*loader.Epoch(3)));
    }
    EXPECT_EQ(results.size(), 1u);
  }
}

TEST_F(LoaderTest, MixesBatchesAsTheMixerDoes) {
  constexpr uint32_t kClasses = 3;
  for (const int threads : {1, 3}) {
    LoaderOptions options = Options(dir_.path());
    options.memory = bytes_ / 3;
    options.threads = threads;
    Loader plain(info_, options);
    options.mix.mixup = 0.4;
    options.mix.cutmix = 0.5;
    Loader mixing(info_, options);
    const auto expected = plain.Epoch(2), actual = mixing.Epoch(2);
    int mixed = 0;
    while (const BatchLease lease = expected->Next()) {
      EXPECT_TRUE(lease->targets.empty());
      Batch batch = *lease;
      std::string pixels(static_cast<const char*>(lease->data), static_cast<size_t>(batch.size) * kSlot);
      const std::string before = pixels;
      batch.data = pixels.data();
      BatchMixer(options.mix).Mix(options.seed, kClasses, &batch);
      mixed += pixels != before;
      const BatchLease got = actual->Next();
      ASSERT_TRUE(got);
      EXPECT_EQ(Text(*got), Text(batch));
      EXPECT_EQ(got->targets, batch.targets);
    }
    EXPECT_FALSE(actual->Next());
    EXPECT_GT(mixed, 3);
  }
}

TEST_F(LoaderTest, EpochsAfterTheMixingOnesAreAsWithoutMixing) {
  LoaderOptions options = Options(dir_.path());
  Loader plain(info_, options);
  options.mix.mixup = 1;
  Loader throughout(info_, options);
  options.mix_epochs = 2;
  Loader mixing(info_, options);
  for (const uint32_t epoch : {0u, 1u, 2u, 3u, 1u}) {
    const auto expected = (epoch < 2 ? throughout : plain).Epoch(epoch), actual = mixing.Epoch(epoch);
    while (const BatchLease lease = expected->Next()) {
      const BatchLease got = actual->Next();
      ASSERT_TRUE(got);
      EXPECT_EQ(Text(*got), Text(*lease)) << epoch;
      EXPECT_EQ(got->targets, lease->targets) << epoch;
      EXPECT_EQ(got->targets.empty(), epoch >= 2);
    }
    EXPECT_FALSE(actual->Next());
  }
}

TEST_F(LoaderTest, ContinuesAtAnyBatch) {
  LoaderOptions options = Options(dir_.path());
  TurnAugmentationOn(&options);
  options.memory = bytes_ / 3;
  Loader loader(info_, options);
  const std::vector<std::string> all = Drain(*loader.Epoch(1));
  ASSERT_EQ(all.size(), 8u);
  for (size_t batch = 0; batch <= all.size(); ++batch) {
    Loader other(info_, options);
    EXPECT_EQ(Drain(*other.Epoch(1, batch)), std::vector<std::string>(all.begin() + batch, all.end()));
  }
  EXPECT_TRUE(Drain(*loader.Epoch(1, 1000)).empty());
}

TEST_F(LoaderTest, AugmentationDependsOnSeedEpochAndSampleAlone) {
  LoaderOptions options = Options(dir_.path());
  TurnAugmentationOn(&options);
  const auto pixels = PixelsOf(info_, options, 0);
  LoaderOptions other = options;
  other.memory = bytes_ / 4;
  other.batch_size = 5;
  other.order = Order::kSequential;
  EXPECT_EQ(PixelsOf(info_, other, 0), pixels);

  const auto differing = [&](const std::map<uint32_t, std::string>& from) {
    size_t count = 0;
    for (const auto& [id, value] : from) count += value != pixels.at(id);
    return count;
  };
  EXPECT_GT(differing(PixelsOf(info_, options, 1)), kSamples * 9u / 10);
  options.seed = 6;
  EXPECT_GT(differing(PixelsOf(info_, options, 0)), kSamples * 9u / 10);
}

TEST_F(LoaderTest, StoresGiveTheSamePixels) {
  for (const bool augmented : {false, true}) {
    LoaderOptions options = Options(dir_.path());
    if (augmented) TurnAugmentationOn(&options);
    const auto expected = PixelsOf(info_, options, 0);
    const struct {
      Store store;
      Scale scale;
    } stores[] = {
        {Store::kRaw, {}},
        {Store::kNormalized, MakeScale(ScaleMode::kUnit, ValueType::kFloat32, 3, ImageNetMean(3), ImageNetStd(3))},
        {Store::kNormalized, MakeScale(ScaleMode::kStandard, ValueType::kFloat32, 3, ImageNetMean(3), ImageNetStd(3))},
        {Store::kNormalized, MakeScale(ScaleMode::kSigned, ValueType::kFloat16, 3, ImageNetMean(3), ImageNetStd(3))}};
    for (size_t i = 0; i < std::size(stores); ++i) {
      options.folder = dir_ / ("store" + std::to_string(i));
      const DatasetInfo info = WriteStore(options.folder, stores[i].store, stores[i].scale);
      EXPECT_EQ(PixelsOf(info, options, 0), expected) << i;
    }
  }
}

TEST_F(LoaderTest, FloatsAreTheBytesNormalised) {
  LoaderOptions options = Options(dir_.path());
  Loader byte_loader(info_, options);
  options.format = PixelFormat::kFloat32Nchw;
  options.mean = {123.675f, 116.28f, 103.53f};
  options.stddev = {58.395f, 57.12f, 57.375f};
  Loader float_loader(info_, options);
  const auto bytes = byte_loader.Epoch(0), floats = float_loader.Epoch(0);
  int batches = 0;
  while (const BatchLease byte_batch = bytes->Next()) {
    const BatchLease float_batch = floats->Next();
    EXPECT_EQ(float_batch->ids, byte_batch->ids);
    const auto* from = static_cast<const uint8_t*>(byte_batch->data);
    const auto* to = static_cast<const float*>(float_batch->data);
    for (int slot = 0; slot < byte_batch->valid; ++slot) {
      for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
          for (int c = 0; c < 3; ++c) {
            const float byte = from[((slot * kSize + y) * kSize + x) * 3 + c];
            const float product = byte * (1 / options.stddev[c]);
            ASSERT_EQ(to[((slot * 3 + c) * kSize + y) * kSize + x], product - options.mean[c] / options.stddev[c]);
          }
        }
      }
    }
    ++batches;
  }
  EXPECT_EQ(batches, 8);
  EXPECT_FALSE(floats->Next());
}

TEST_F(LoaderTest, ShortLastBatchIsKeptOrDropped) {
  LoaderOptions options = Options(dir_.path());
  Loader keeping(info_, options);
  options.last_batch = LastBatch::kDrop;
  Loader dropping(info_, options);
  options.batch_size = kSamples + 1;
  Loader empty(info_, options);
  EXPECT_EQ(keeping.samples(), static_cast<uint64_t>(kSamples));
  EXPECT_EQ(keeping.batches_per_epoch(), 8u);
  EXPECT_EQ(dropping.batches_per_epoch(), 7u);
  EXPECT_EQ(empty.batches_per_epoch(), 0u);
  std::vector<std::string> kept = Drain(*keeping.Epoch(0));
  EXPECT_EQ(kept.size(), 8u);
  kept.pop_back();
  EXPECT_EQ(Drain(*dropping.Epoch(0)), kept);
  EXPECT_FALSE(empty.Epoch(0)->Next());
}

TEST_F(LoaderTest, FlippedBitIsToldAtItsPlace) {
  LoaderOptions options = Options(dir_.path());
  options.order = Order::kSequential;
  const std::vector<std::string> all = Drain(*Loader(info_, options).Epoch(0));
  const ShardSet shards(dir_.path(), info_, Split::kTrain);
  constexpr SampleId kBad = 45;
  const ShardSet::Location place = shards.Locate(kBad);
  const std::filesystem::path path = shards.file(place.shard).path();
  std::string shard = ReadFile(path);
  shard[place.offset + 60] ^= 4;
  WriteFile(path, shard);
  for (const uint64_t memory : {bytes_, bytes_ / 3}) {
    for (const int threads : {1, 2, 4}) {
      options.memory = memory;
      options.threads = threads;
      Loader loader(info_, options);
      const auto source = loader.Epoch(0);
      for (size_t batch = 0; batch < kBad / 8; ++batch) EXPECT_EQ(Text(*source->Next()), all[batch]);
      const std::string what = ErrorOf([&] { source->Next(); });
      EXPECT_EQ(what.rfind(shards.PlaceOf(kBad).ToString(), 0), 0u) << what;
      EXPECT_FALSE(source->Next());
    }
  }
}

TEST_F(LoaderTest, BadPictureIsToldWithPlaceAndName) {
  std::string cut;
  const struct {
    const char* what;
    std::function<void(Sample*)> change;
  } cases[] = {
      {"cut off", [&](Sample* s) { s->content = cut = std::string(s->content.substr(0, s->content.size() / 2)); }},
      {"no picture", [](Sample* s) { s->content = "nonsense"; }},
      {"wider than its picture", [](Sample* s) { s->width += 40; }},
      {"narrower than its picture", [](Sample* s) { s->width -= 1; }},
  };
  for (const auto& c : cases) {
    const auto payloads = MakePayloads(Store::kCompressed, {}, [&](int i, Sample* s) {
      if (i == 2) c.change(s);
    });
    const DatasetInfo info = WriteToyShards(dir_.path(), payloads, 2);
    LoaderOptions options = Options(dir_.path());
    options.order = Order::kSequential;
    TurnAugmentationOn(&options);
    Loader loader(info, options);
    const std::string what = ErrorOf([&] { loader.Epoch(0)->Next(); });
    const std::string place = ShardSet(dir_.path(), info, Split::kTrain).PlaceOf(2).ToString();
    EXPECT_EQ(what.rfind(place, 0), 0u) << c.what << ": " << what;
    EXPECT_NE(what.find("picture_2.png"), std::string::npos) << c.what << ": " << what;
  }
}

// Counts the buffers that it has allocated.
class CountingAllocator : public BufferAllocator {
 public:
  void* Allocate(size_t bytes) override {
    ++held;
    return std::aligned_alloc(64, (bytes + 63) / 64 * 64);
  }
  void Free(void* buffer, size_t) override {
    --held;
    std::free(buffer);
  }
  int held = 0;
};

TEST_F(LoaderTest, LeaseOutlivesSourceAndLoader) {
  CountingAllocator allocator;
  LoaderOptions options = Options(dir_.path());
  options.allocator = &allocator;
  BatchLease lease;
  std::string text;
  {
    Loader loader(info_, options);
    EXPECT_EQ(allocator.held, options.depth + 2);
    lease = loader.Epoch(0)->Next();
    text = Text(*lease);
    EXPECT_EQ(Drain(*loader.Epoch(1)).size(), 8u);
  }
  EXPECT_GT(allocator.held, 0);
  EXPECT_EQ(Text(*lease), text);
  lease = BatchLease();
  EXPECT_EQ(allocator.held, 0);
}

TEST_F(LoaderTest, RefusesOptionsOutOfRangeByName) {
  const struct {
    const char* field;
    std::function<void(LoaderOptions*)> change;
  } cases[] = {
      {"batch_size", [](LoaderOptions* o) { o->batch_size = 0; }},
      {"batch_size", [](LoaderOptions* o) { o->batch_size = -5; }},
      {"batch_size", [](LoaderOptions* o) { o->batch_size = 1 << 30; }},
      {"threads", [](LoaderOptions* o) { o->threads = 0; }},
      {"threads", [](LoaderOptions* o) { o->threads = 100000; }},
      {"depth", [](LoaderOptions* o) { o->depth = 0; }},
      {"memory", [](LoaderOptions* o) { o->memory = 0; }},
      {"mean",
       [](LoaderOptions* o) {
         o->mean = {1, 2};
       }},
      {"mean", [](LoaderOptions* o) { o->mean[0] = std::numeric_limits<float>::quiet_NaN(); }},
      {"std", [](LoaderOptions* o) { o->stddev.clear(); }},
      {"std", [](LoaderOptions* o) { o->stddev[2] = 0; }},
      {"image_size", [](LoaderOptions* o) { o->augmentation.image_size = 0; }},
  };
  for (const auto& c : cases) {
    LoaderOptions options = Options(dir_.path());
    options.format = PixelFormat::kFloat32Nchw;
    options.mean = {0, 0, 0};
    options.stddev = {1, 1, 1};
    Validate(options);
    c.change(&options);
    try {
      Loader loader(info_, options);
      ADD_FAILURE() << c.field;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage()) << c.field;
      EXPECT_NE(std::string(error.what()).find(c.field), std::string::npos) << error.what();
    }
  }
}

TEST_F(LoaderTest, RefusesASplitThatIsNotThere) {
  LoaderOptions options = Options(dir_.path());
  options.split = Split::kTest;
  EXPECT_NE(ErrorOf([&] { Loader loader(info_, options); }).find("test"), std::string::npos);
}

}  // namespace
}  // namespace dataset
