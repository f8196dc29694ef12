#include "dataset/load/prefetcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>

#include "dataset/base/error.h"
#include "tests/dataset/load/toy_dataset.h"

namespace dataset {
namespace {

constexpr int kSlotBytes = 12;
constexpr int kSamples = 203;

// A loader of toy records: the "picture" of a slot is the beginning of its payload.
class PrefetcherTest : public ::testing::Test {
 protected:
  struct Setup {
    uint64_t segment_bytes = 1 << 20;
    int batch_size = 8;
    size_t buffers = 4;
    Order order = Order::kShuffled;
    uint32_t segment_epochs = 1;
    RejectBudget max_bad{.count = 0, .fraction = {}};
  };

  void Make(const Setup& setup) {
    SamplerOptions options;
    options.order = setup.order;
    options.seed = 9;
    options.segment_bytes = setup.segment_bytes;
    options.segment_epochs = setup.segment_epochs;
    sampler_ = std::make_unique<Sampler>(MakeBlocks(shards_, setup.segment_bytes / 8), options);
    cache_ = std::make_unique<RecordCache>(shards_, sampler_->blocks(), counters_);
    reports_ = std::make_unique<BadSamples>(setup.max_bad, kSamples);
    Batch shape;
    shape.size = setup.batch_size;
    shape.height = 1;
    shape.width = kSlotBytes;
    shape.channels = 1;
    pool_ = std::make_shared<BatchPool>(shape, setup.buffers, nullptr);
  }

  static constexpr uint64_t kAll = 1 << 20;

  std::unique_ptr<BatchSource> Start(int threads, uint32_t epoch = 0, uint64_t first = 0, uint64_t end = kAll) {
    const uint64_t size = static_cast<uint64_t>(pool_->batch_size());
    PrefetchOptions options;
    options.epoch = epoch;
    options.share.begin = uint64_t{epoch} * kSamples;
    options.share.next_begin = options.share.begin + kSamples;
    options.share.samples = kSamples;
    options.share.batch_size = size;
    options.share.end = std::min(end, (kSamples + size - 1) / size);
    options.first = first;
    options.threads = threads;
    return Start(options);
  }

  std::unique_ptr<BatchSource> Start(const PrefetchOptions& options) {
    FillSlot fill = [this](const Segment& segment, Pick pick, uint32_t epoch, int slot, Batch* batch) {
      std::string single;
      const std::string_view payload = segment.Payload(pick.id, &single);
      if (bad_.contains(pick.id)) throw Error(shards_.PlaceOf(pick.id), "bad");
      char* out = static_cast<char*>(batch->data) + slot * kSlotBytes;
      for (size_t i = 0; i < kSlotBytes; ++i) out[i] = i < payload.size() ? payload[i] : '.';
      out[kSlotBytes - 1] = static_cast<char>('0' + epoch % 64);
      batch->labels[slot] = pick.id * 2;
      batch->ids[slot] = pick.id;
    };
    return std::make_unique<Prefetcher>(Prefetcher::Parts{*sampler_, *cache_, *reports_, counters_}, pool_, fill,
                                        nullptr, options);
  }

  // Everything that a consumer sees of a batch.
  static std::string Text(const Batch& batch) {
    std::string text =
        std::to_string(batch.epoch) + " " + std::to_string(batch.first) + " " + std::to_string(batch.valid) + ":";
    for (const uint32_t id : batch.ids) text += " " + std::to_string(id);
    for (const int64_t label : batch.labels) text += " " + std::to_string(label);
    return text + " " + std::string(static_cast<const char*>(batch.data), static_cast<size_t>(batch.size) * kSlotBytes);
  }

  static std::vector<std::string> Drain(BatchSource& source) {
    std::vector<std::string> texts;
    while (const BatchLease batch = source.Next()) texts.push_back(Text(*batch));
    return texts;
  }

  testing::TempDir dir_;
  const DatasetInfo info_ = testing::WriteToyShards(dir_.path(), testing::ToyPayloads(kSamples), 3);
  const ShardSet shards_{dir_.path(), info_, Split::kTrain};
  std::set<SampleId> bad_;
  LoaderCounters counters_;
  std::unique_ptr<Sampler> sampler_;
  std::unique_ptr<RecordCache> cache_;
  std::unique_ptr<BadSamples> reports_;
  std::shared_ptr<BatchPool> pool_;
};

TEST_F(PrefetcherTest, EachEpochHoldsEachSampleOnce) {
  for (const uint64_t segment_bytes : {uint64_t{1}, shards_.bytes() / 20, shards_.bytes() / 4, shards_.bytes()}) {
    for (const int batch_size : {1, 7, 64, 300}) {
      Make({.segment_bytes = segment_bytes, .batch_size = batch_size});
      for (uint32_t epoch = 0; epoch < 2; ++epoch) {
        std::multiset<uint32_t> ids;
        uint64_t next = 0;
        const auto source = Start(2, epoch);
        while (const BatchLease batch = source->Next()) {
          EXPECT_EQ(batch->first, next);
          EXPECT_EQ(batch->epoch, epoch);
          next += static_cast<uint64_t>(batch->valid);
          for (int slot = 0; slot < batch->valid; ++slot) {
            const std::string expected = std::to_string(batch->ids[slot]) + ":";
            EXPECT_EQ(std::string(static_cast<char*>(batch->data) + slot * kSlotBytes, expected.size()), expected);
            ids.insert(batch->ids[slot]);
          }
        }
        EXPECT_EQ(ids.size(), static_cast<size_t>(kSamples));
        EXPECT_EQ(std::set<uint32_t>(ids.begin(), ids.end()).size(), static_cast<size_t>(kSamples));
      }
    }
  }
}

TEST_F(PrefetcherTest, ThreadsAndBuffersChangeNothing) {
  Make({.segment_bytes = shards_.bytes() / 5});
  const std::vector<std::string> expected = Drain(*Start(1));
  for (const size_t buffers : {1u, 2u, 30u}) {
    for (const int threads : {1, 2, 4}) {
      Make({.segment_bytes = shards_.bytes() / 5, .buffers = buffers});
      EXPECT_EQ(Drain(*Start(threads)), expected) << buffers << " " << threads;
    }
  }
}

TEST_F(PrefetcherTest, ContinuesAtAnyBatch) {
  for (const uint64_t segment_bytes : {shards_.bytes(), shards_.bytes() / 5}) {
    Make({.segment_bytes = segment_bytes});
    const std::vector<std::string> all = Drain(*Start(2, 1));
    ASSERT_EQ(all.size(), 26u);
    for (size_t batch = 0; batch <= all.size(); ++batch) {
      EXPECT_EQ(Drain(*Start(2, 1, batch)), std::vector<std::string>(all.begin() + batch, all.end())) << batch;
    }
  }
}

TEST_F(PrefetcherTest, EndsEarlyWhereAsked) {
  Make({});
  const std::vector<std::string> all = Drain(*Start(2));
  EXPECT_EQ(Drain(*Start(2, 0, 0, 25)), std::vector<std::string>(all.begin(), all.end() - 1));
}

TEST_F(PrefetcherTest, ErrorComesInItsPlaceForAnyThreads) {
  for (const uint64_t segment_bytes : {shards_.bytes(), shards_.bytes() / 5}) {
    Make({.segment_bytes = segment_bytes});
    const std::vector<std::string> all = Drain(*Start(2));
    std::vector<SampleId> order;
    const auto segments = sampler_->Deal(0);
    while (order.size() < kSamples) {
      const Sampler::Round round = sampler_->RoundOf(segments, 0, order.size());
      const SampleOrder picks = sampler_->OrderOf(segments[round.segment], round);
      for (uint64_t i = 0; i < picks.size(); ++i) order.push_back(picks[i].id);
    }
    for (const size_t position : {0u, 7u, 8u, 99u, 202u}) {
      // If a batch has two bad samples, the first in order is reported.
      bad_ = {order[position], order[std::min<size_t>(position | 7, kSamples - 1)], order[kSamples - 1]};
      for (const int threads : {1, 2, 4}) {
        const auto source = Start(threads);
        for (size_t batch = 0; batch < position / 8; ++batch) EXPECT_EQ(Text(*source->Next()), all[batch]);
        try {
          source->Next();
          FAIL() << "no error at " << position;
        } catch (const Error& error) {
          EXPECT_EQ(std::string(error.what()), Error(shards_.PlaceOf(order[position]), "bad").what());
        }
        EXPECT_FALSE(source->Next());
      }
    }
    bad_.clear();
    EXPECT_EQ(Drain(*Start(2)), all);
  }
}

TEST_F(PrefetcherTest, FailedReadComesAfterTheSegmentsBefore) {
  Make({.segment_bytes = shards_.bytes() / 5, .order = Order::kSequential});
  const auto segments = sampler_->Deal(0);
  std::filesystem::resize_file(dir_ / info_.splits[0].shards[2].name, 100);
  const auto source = Start(2);
  size_t batches = 0;
  std::string what;
  try {
    while (source->Next()) ++batches;
  } catch (const Error& error) {
    what = error.what();
  }
  EXPECT_NE(what.find(info_.splits[0].shards[2].name), std::string::npos) << what;
  uint64_t readable = 0;
  for (const auto& segment : segments) {
    const Block& last = sampler_->blocks()[segment.blocks.back()];
    if (shards_.Locate(last.first).shard == 2) break;
    readable += segment.length;
  }
  EXPECT_EQ(batches, readable / 8);
}

TEST_F(PrefetcherTest, StopsEarlyWithoutHanging) {
  Make({.segment_bytes = shards_.bytes() / 5});
  for (int i = 0; i < 1500; ++i) {
    const auto source = Start(1 + i % 3, static_cast<uint32_t>(i));
    BatchLease held;
    for (int taken = 0; taken < i % 5; ++taken) held = source->Next();
  }
  EXPECT_EQ(Drain(*Start(2)).size(), 26u);
}

TEST_F(PrefetcherTest, LeasesOutliveTheSource) {
  Make({});
  const std::vector<std::string> all = Drain(*Start(2));
  std::vector<BatchLease> leases;
  {
    const auto source = Start(2);
    for (int i = 0; i < 3; ++i) leases.push_back(source->Next());
  }
  pool_.reset();
  for (size_t i = 0; i < leases.size(); ++i) EXPECT_EQ(Text(*leases[i]), all[i]);
}

TEST_F(PrefetcherTest, WaitsWhileAllBuffersAreOnLoan) {
  Make({.buffers = 2});
  const auto source = Start(2);
  BatchLease first = source->Next();
  BatchLease second = source->Next();
  std::jthread giver([&first] { first = BatchLease(); });
  const BatchLease third = source->Next();
  EXPECT_EQ(third->first, 16u);
}

TEST_F(PrefetcherTest, TwoEpochsAtOnceAreRefused) {
  Make({});
  auto source = Start(1);
  Drain(*source);
  EXPECT_THROW(Start(1, 1), Error);
  source.reset();
  source = Start(1, 1);
  EXPECT_EQ(source->Next()->epoch, 1u);
}

TEST_F(PrefetcherTest, SlotsWithoutSamplesAreZero) {
  Make({.batch_size = 64});
  const auto source = Start(2);
  BatchLease last;
  while (BatchLease batch = source->Next()) last = std::move(batch);
  ASSERT_EQ(last->valid, kSamples % 64);
  for (int slot = last->valid; slot < last->size; ++slot) {
    EXPECT_EQ(last->ids[slot], 0u);
    EXPECT_EQ(last->labels[slot], 0);
    for (int i = 0; i < kSlotBytes; ++i) EXPECT_EQ(static_cast<char*>(last->data)[slot * kSlotBytes + i], 0);
  }
}

}  // namespace
}  // namespace dataset
