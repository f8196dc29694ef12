#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "dataset/codec/encoder.h"
#include "dataset/io/file.h"
#include "dataset/load/loader.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

using testing::Drain;
using testing::ErrorOf;
using testing::kSamples;
using testing::kSize;
using testing::Options;
using testing::TempDir;

constexpr RejectBudget kAny{.count = {}, .fraction = {}};

// Records of which some hold no picture, and one has a wrong checksum.
class LoaderBadTest : public ::testing::Test {
 protected:
  static constexpr SampleId kFlipped = 30;

  LoaderBadTest() {
    const auto payloads = testing::MakePayloads(Store::kCompressed, {}, [this](int i, Sample* sample) {
      if (bad_.contains(static_cast<SampleId>(i)) && i != kFlipped) sample->content = "no picture";
    });
    info_ = testing::WriteToyShards(dir_.path(), payloads, 2);
    const ShardSet shards(dir_.path(), info_, Split::kTrain);
    const ShardSet::Location place = shards.Locate(kFlipped);
    const std::filesystem::path path = shards.file(place.shard).path();
    std::string shard = ReadFile(path);
    shard[place.offset + place.size - 30] ^= 4;
    testing::WriteFile(path, shard);
    bytes_ = shards.bytes();
  }

  LoaderOptions OptionsOf(Order order, const RejectBudget& max_bad) const {
    LoaderOptions options = Options(dir_.path());
    testing::TurnAugmentationOn(&options);
    options.order = order;
    options.max_bad = max_bad;
    return options;
  }

  const std::set<SampleId> bad_ = {3, 4, 5, 20, kFlipped, 60};
  TempDir dir_;
  DatasetInfo info_;
  uint64_t bytes_ = 0;
};

TEST_F(LoaderBadTest, OthersTakeTheirPlaces) {
  for (const Order order : {Order::kSequential, Order::kShuffled, Order::kBalanced, Order::kStratified}) {
    for (const uint64_t memory : {3 * bytes_, bytes_}) {
      std::set<std::vector<std::string>> batches;
      std::set<std::vector<std::string>> reports;
      for (const int threads : {1, 2, 4}) {
        LoaderOptions options = OptionsOf(order, kAny);
        options.memory = memory;
        options.threads = threads;
        Loader loader(info_, options);
        batches.insert(Drain(*loader.Epoch(0)));
        // Again, now that the bad ones are known.
        batches.insert(Drain(*loader.Epoch(0)));
        const auto source = loader.Epoch(0);
        size_t samples = 0;
        std::set<std::string> looks;
        while (const BatchLease batch = source->Next()) {
          EXPECT_EQ(batch->valid, std::min(8, kSamples - static_cast<int>(batch->first)));
          for (int slot = 0; slot < batch->valid; ++slot, ++samples) {
            EXPECT_FALSE(bad_.contains(batch->ids[slot]));
            EXPECT_EQ(batch->labels[slot], batch->ids[slot] % 3);
            looks.emplace(static_cast<const char*>(batch->data) + slot * testing::kSlot, testing::kSlot);
          }
        }
        EXPECT_EQ(samples, static_cast<size_t>(kSamples));
        EXPECT_EQ(looks.size(), samples);  // replacements have draws of their own
        std::vector<std::string> report;
        std::set<SampleId> ids;
        for (const BadSample& sample : loader.bad_samples()) {
          ids.insert(sample.id);
          report.push_back(sample.what);
        }
        if (order != Order::kBalanced) {
          EXPECT_EQ(ids, bad_);
        }
        EXPECT_EQ(loader.stats().bad_samples, ids.size());
        reports.insert(report);
      }
      EXPECT_EQ(batches.size(), 1u) << NameOf(order) << " " << memory;
      EXPECT_EQ(reports.size(), 1u) << NameOf(order) << " " << memory;
    }
  }
}

TEST_F(LoaderBadTest, ReplacementsAreOfTheSameClassWhereTheOrderNeedsClasses) {
  LoaderOptions options = OptionsOf(Order::kStratified, kAny);
  options.batch_size = 12;
  Loader loader(info_, options);
  const auto source = loader.Epoch(0);
  while (const BatchLease batch = source->Next()) {
    for (int64_t label = 0; label < 3 && batch->valid == 12; ++label) {
      EXPECT_NEAR(std::count(batch->labels.begin(), batch->labels.end(), label), 4, 1);
    }
  }
}

TEST_F(LoaderBadTest, ReportNamesPlaceFileAndCause) {
  Loader loader(info_, OptionsOf(Order::kSequential, kAny));
  Drain(*loader.Epoch(0));
  const std::vector<BadSample> report = loader.bad_samples();
  ASSERT_EQ(report.size(), bad_.size());
  EXPECT_TRUE(
      std::is_sorted(report.begin(), report.end(), [](const BadSample& a, const BadSample& b) { return a.id < b.id; }));
  const ShardSet shards(dir_.path(), info_, Split::kTrain);
  for (const BadSample& sample : report) {
    EXPECT_EQ(sample.what.rfind(shards.PlaceOf(sample.id).ToString() + ": ", 0), 0u) << sample.what;
    const std::string cause = sample.id == kFlipped ? "checksum" : "picture_" + std::to_string(sample.id) + ".png: not";
    EXPECT_NE(sample.what.find(cause), std::string::npos) << sample.what;
  }
}

TEST_F(LoaderBadTest, OneTooManyIsAnErrorInItsPlace) {
  const struct {
    RejectBudget budget;
    size_t allowed;
  } cases[] = {{{.count = 0, .fraction = {}}, 0},    {{.count = 1, .fraction = {}}, 1},
               {{.count = 3, .fraction = {}}, 3},    {{.count = 5, .fraction = {}}, 5},
               {{.count = {}, .fraction = 0.05}, 3}, {{.count = {}, .fraction = 0}, 0}};
  const std::vector<SampleId> in_order(bad_.begin(), bad_.end());
  const ShardSet shards(dir_.path(), info_, Split::kTrain);
  for (const auto& [budget, allowed] : cases) {
    for (const int threads : {1, 2, 4}) {
      LoaderOptions options = OptionsOf(Order::kSequential, budget);
      options.batch_size = 2;
      options.threads = threads;
      Loader loader(info_, options);
      const auto source = loader.Epoch(0);
      size_t batches = 0;
      const std::string what = ErrorOf([&] {
        while (source->Next()) ++batches;
      });
      const SampleId one_too_many = in_order[allowed];
      EXPECT_EQ(batches, one_too_many / 2);
      EXPECT_EQ(what.rfind(shards.PlaceOf(one_too_many).ToString(), 0), 0u) << what;
      EXPECT_EQ(what.find(std::to_string(allowed) + " bad samples were replaced") != std::string::npos, allowed > 0)
          << what;
      EXPECT_EQ(loader.bad_samples().size(), allowed);
      EXPECT_FALSE(source->Next());
    }
  }
}

// For an evaluation: no picture may count twice, and none for another.
TEST_F(LoaderBadTest, TheirSlotsMayStayEmpty) {
  for (const int threads : {1, 2, 4}) {
    LoaderOptions options = OptionsOf(Order::kSequential, kAny);
    options.bad_slot = BadSlot::kEmpty;
    options.threads = threads;
    Loader loader(info_, options);
    for (uint32_t epoch = 0; epoch < 2; ++epoch) {
      std::set<SampleId> empty;
      SampleId id = 0;
      const auto source = loader.Epoch(epoch);
      while (const BatchLease batch = source->Next()) {
        for (size_t slot = 0; slot < static_cast<size_t>(batch->valid); ++slot, ++id) {
          if (batch->empty[slot] != 0) {
            empty.insert(id);
          } else {
            EXPECT_EQ(batch->ids[slot], id);
            EXPECT_EQ(batch->labels[slot], id % 3);
          }
        }
      }
      EXPECT_EQ(id, static_cast<SampleId>(kSamples));
      EXPECT_EQ(empty, bad_);
    }
    EXPECT_EQ(loader.bad_samples().size(), bad_.size());
  }
  LoaderOptions few = OptionsOf(Order::kSequential, {.count = 2, .fraction = {}});
  few.bad_slot = BadSlot::kEmpty;
  Loader loader(info_, few);
  const std::string what = ErrorOf([&] { Drain(*loader.Epoch(0)); });
  EXPECT_NE(what.find("; 2 bad samples were left out before it, and `max_bad` allows no more"), std::string::npos)
      << what;
}

TEST_F(LoaderBadTest, TheErrorEndsWithTheCure) {
  LoaderOptions options = OptionsOf(Order::kSequential, {.count = 0, .fraction = {}});
  options.bad_cure = "; buy a new disk";
  Loader loader(info_, options);
  const std::string what = ErrorOf([&] { Drain(*loader.Epoch(0)); });
  EXPECT_TRUE(what.ends_with("; buy a new disk")) << what;
  options.max_bad = kAny;
  Loader tolerant(info_, options);
  Drain(*tolerant.Epoch(0));
  for (const BadSample& sample : tolerant.bad_samples()) EXPECT_EQ(sample.what.find("buy"), std::string::npos);
}

TEST_F(LoaderBadTest, CountsEachSampleOnce) {
  Loader loader(info_, OptionsOf(Order::kShuffled, {.count = 6, .fraction = {}}));
  for (uint32_t epoch = 0; epoch < 5; ++epoch) EXPECT_EQ(Drain(*loader.Epoch(epoch)).size(), 8u);
  EXPECT_EQ(loader.bad_samples().size(), 6u);
}

// If less is decoded, damage may not be met. So whether a sample is replaced depends on its draw, and on nothing before
// it.
TEST_F(LoaderBadTest, DamageThatSomeDrawsMeetIsTheSameForAnyThreadsAndBeginnings) {
  std::string jpeg;
  const auto payloads = testing::MakePayloads(Store::kCompressed, {}, [&](int i, Sample* sample) {
    const int height = 64 + i % 5, width = 60;
    EncodeJpeg(testing::MakePicture(height, width, 3, static_cast<uint32_t>(i)), 90, &jpeg);
    if (i % 4 == 0) jpeg.replace(jpeg.size() * 3 / 5, 2, "\xff\xd9");
    sample->content = jpeg;
    sample->format = "JPEG";
    sample->height = static_cast<uint32_t>(height);
    sample->width = static_cast<uint32_t>(width);
  });
  info_ = testing::WriteToyShards(dir_.path(), payloads, 2);
  constexpr uint32_t kEpochs = 4;
  for (const Order order : {Order::kShuffled, Order::kWeighted}) {
    LoaderOptions options = OptionsOf(order, kAny);
    options.augmentation.crop_scale_min = 0.05;
    if (order == Order::kWeighted) options.class_weights = {1, 1, 1};
    std::set<std::vector<std::string>> runs, reports;
    std::set<SampleId> used;
    for (const int threads : {1, 2, 4}) {
      options.threads = threads;
      Loader loader(info_, options);
      std::vector<std::string> all;
      for (uint32_t epoch = 0; epoch < kEpochs; ++epoch) {
        const std::vector<std::string> batches = Drain(*loader.Epoch(epoch));
        Loader begun_here(info_, options);
        EXPECT_EQ(Drain(*begun_here.Epoch(epoch, 2)), std::vector<std::string>(batches.begin() + 2, batches.end()));
        all.insert(all.end(), batches.begin(), batches.end());
        const auto source = loader.Epoch(epoch);
        while (const BatchLease batch = source->Next()) used.insert(batch->ids.begin(), batch->ids.end());
      }
      runs.insert(all);
      std::vector<std::string> report;
      size_t used_elsewhere = 0;
      for (const BadSample& sample : loader.bad_samples()) {
        EXPECT_EQ(sample.id % 4, 0u);
        report.push_back(sample.what);
        used_elsewhere += used.contains(sample.id);
      }
      EXPECT_GT(used_elsewhere, 0u);
      reports.insert(report);
    }
    EXPECT_EQ(runs.size(), 1u) << NameOf(order);
    EXPECT_EQ(reports.size(), 1u) << NameOf(order);
  }
}

TEST_F(LoaderBadTest, SplitOfBadSamplesIsAnError) {
  const auto payloads =
      testing::MakePayloads(Store::kCompressed, {}, [](int, Sample* sample) { sample->content = "no picture"; });
  info_ = testing::WriteToyShards(dir_.path(), payloads, 2);
  for (const Order order : {Order::kShuffled, Order::kStratified}) {
    Loader loader(info_, OptionsOf(order, kAny));
    const std::string what = ErrorOf([&] { Drain(*loader.Epoch(0)); });
    EXPECT_NE(what.find("none of the samples that could replace it"), std::string::npos) << what;
  }
}

TEST_F(LoaderBadTest, ShardThatCannotBeReadIsNoBadSample) {
  LoaderOptions options = OptionsOf(Order::kSequential, kAny);
  Loader loader(info_, options);
  std::filesystem::resize_file(dir_ / info_.splits[0].shards[1].name, 100);
  const std::string what = ErrorOf([&] { Drain(*loader.Epoch(0)); });
  EXPECT_NE(what.find("shorter"), std::string::npos) << what;
}

}  // namespace
}  // namespace dataset
