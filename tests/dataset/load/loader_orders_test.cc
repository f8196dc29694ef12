#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "dataset/bench/shuffle_report.h"
#include "dataset/load/loader.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"

namespace dataset {
namespace {

using testing::Drain;
using testing::kSamples;
using testing::Options;
using testing::TempDir;
using Ids = std::vector<uint32_t>;

constexpr Order kOrders[] = {Order::kSequential, Order::kShuffled, Order::kBalanced, Order::kWeighted,
                             Order::kStratified};

bool HoldsEachSampleOnce(Order order) { return order != Order::kBalanced && order != Order::kWeighted; }

// The ids of the samples that are not padding.
Ids IdsOf(BatchSource& source) {
  Ids ids;
  while (const BatchLease batch = source.Next()) {
    ids.insert(ids.end(), batch->ids.begin(), batch->ids.begin() + batch->valid);
  }
  return ids;
}

Ids Sorted(Ids ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

Ids All(uint32_t times = 1) {
  Ids ids;
  for (uint32_t id = 0; id < kSamples; ++id) ids.insert(ids.end(), times, id);
  return ids;
}

// The records are sorted by class, but batches have the classes that uniform sampling gives.
TEST(ClassSortedSourceTest, IsMixedAtATenthOfTheMemory) {
  constexpr uint32_t kRecords = 6000, kClasses = 100;
  const TempDir dir;
  const DatasetInfo info =
      testing::WriteToyShards(dir.path(), std::vector<std::string>(kRecords, std::string(5000, 'x')), 4);
  std::vector<uint32_t> labels;
  for (uint32_t id = 0; id < kRecords; ++id) labels.push_back(id / (kRecords / kClasses));
  LoaderOptions options = Options(dir.path());
  options.memory = ShardSet(dir.path(), info, Split::kTrain).bytes() / 10;
  options.batch_size = 64;
  const Loader loader(info, options);
  ASSERT_FALSE(loader.in_memory());
  for (uint32_t epoch = 0; epoch < 3; ++epoch) {
    const ShuffleReport report = ReportShuffle(loader.OrderOf(epoch), labels, options.batch_size);
    EXPECT_GE(report.classes.found, 0.95 * report.classes.uniform) << epoch;
  }
}

class LoaderOrdersTest : public ::testing::Test {
 protected:
  LoaderOptions OptionsOf(Order order) const {
    LoaderOptions options = Options(dir_.path());
    testing::TurnAugmentationOn(&options);
    options.order = order;
    if (order == Order::kWeighted) options.class_weights = {1, 4, 2};
    return options;
  }

  TempDir dir_;
  const DatasetInfo info_ = testing::WriteStore(dir_.path(), Store::kRaw);
  const uint64_t bytes_ = ShardSet(dir_.path(), info_, Split::kTrain).bytes();
  // One segment, a few segments, one for each record.
  const uint64_t budgets_[3] = {2 * bytes_, bytes_ / 2, 1};
};

TEST_F(LoaderOrdersTest, EpochsHoldTheSplitForEveryBudgetAndThreads) {
  for (const Order order : kOrders) {
    for (const uint64_t memory : budgets_) {
      std::set<std::vector<std::string>> results;
      for (const int threads : {1, 2, 4}) {
        LoaderOptions options = OptionsOf(order);
        options.memory = memory;
        options.threads = threads;
        Loader loader(info_, options);
        for (uint32_t epoch = 0; epoch < 3; ++epoch) {
          const Ids ids = IdsOf(*loader.Epoch(epoch));
          EXPECT_EQ(ids.size(), static_cast<size_t>(kSamples));
          if (HoldsEachSampleOnce(order)) {
            EXPECT_EQ(Sorted(ids), All()) << OrderName(order);
          }
        }
        results.insert(Drain(*loader.Epoch(1)));
      }
      EXPECT_EQ(results.size(), 1u) << OrderName(order) << " " << memory;
    }
  }
}

TEST_F(LoaderOrdersTest, ContinuesAtEveryBatchWithOtherThreads) {
  for (const Order order : kOrders) {
    for (const uint64_t memory : budgets_) {
      for (const uint64_t steps : {0u, 5u}) {
        LoaderOptions options = OptionsOf(order);
        options.memory = memory;
        options.steps_per_epoch = steps;
        options.segment_epochs = order == Order::kSequential ? 1 : 2;
        options.threads = 2;
        Loader loader(info_, options);
        options.threads = 4;
        Loader other(info_, options);
        for (const uint32_t epoch : {0u, 3u}) {
          const std::vector<std::string> all = Drain(*loader.Epoch(epoch));
          ASSERT_EQ(all.size(), loader.batches_per_epoch());
          for (size_t batch = 0; batch <= all.size(); ++batch) {
            EXPECT_EQ(Drain(*other.Epoch(epoch, batch)), std::vector<std::string>(all.begin() + batch, all.end()))
                << OrderName(order) << " " << memory << " " << batch;
          }
        }
      }
    }
  }
}

TEST_F(LoaderOrdersTest, SegmentEpochsGiveEachSampleThatOftenInAWalk) {
  for (const Order order : {Order::kShuffled, Order::kStratified}) {
    for (const uint64_t memory : budgets_) {
      LoaderOptions options = OptionsOf(order);
      options.memory = memory;
      options.segment_epochs = 3;
      Loader loader(info_, options);
      for (uint32_t walk = 0; walk < 2; ++walk) {
        Ids ids;
        std::map<std::pair<uint32_t, std::string>, int> looks;
        for (uint32_t epoch = walk * 3; epoch < walk * 3 + 3; ++epoch) {
          const auto source = loader.Epoch(epoch);
          while (const BatchLease batch = source->Next()) {
            for (int slot = 0; slot < batch->valid; ++slot) {
              const char* pixels = static_cast<const char*>(batch->data) + slot * testing::kSlot;
              ++looks[{batch->ids[slot], std::string(pixels, testing::kSlot)}];
              ids.push_back(batch->ids[slot]);
            }
          }
          if (loader.in_memory()) {
            EXPECT_EQ(Sorted(Ids(ids.end() - kSamples, ids.end())), All());
          }
        }
        EXPECT_EQ(Sorted(ids), All(3));
        // Each repeat is augmented differently.
        EXPECT_EQ(looks.size(), ids.size());
      }
    }
  }
}

TEST_F(LoaderOrdersTest, RepeatedSamplesDoNotLookTheSame) {
  LoaderOptions options = OptionsOf(Order::kWeighted);
  options.class_weights.clear();
  options.sample_weights.assign(kSamples, 0);
  options.sample_weights[17] = 1;
  Loader loader(info_, options);
  std::set<std::string> looks;
  const auto source = loader.Epoch(0);
  while (const BatchLease batch = source->Next()) {
    for (int slot = 0; slot < batch->valid; ++slot) {
      EXPECT_EQ(batch->ids[slot], 17u);
      looks.emplace(static_cast<const char*>(batch->data) + slot * testing::kSlot, testing::kSlot);
    }
  }
  EXPECT_EQ(looks.size(), static_cast<size_t>(kSamples));
}

TEST_F(LoaderOrdersTest, RanksShareTheOrderInTurns) {
  for (const Order order : kOrders) {
    for (const uint64_t memory : budgets_) {
      for (const uint32_t ranks : {2u, 3u}) {
        LoaderOptions options = OptionsOf(order);
        options.memory = memory;
        options.batch_size = 4;
        Loader alone(info_, options);
        const Ids all = IdsOf(*alone.Epoch(1));
        options.ranks = ranks;
        for (const LastBatch last : {LastBatch::kDrop, LastBatch::kPad}) {
          options.last_batch = last;
          const uint64_t step = 4 * ranks;
          const uint64_t steps = last == LastBatch::kDrop ? kSamples / step : (kSamples + step - 1) / step;
          for (uint32_t rank = 0; rank < ranks; ++rank) {
            options.rank = rank;
            Loader loader(info_, options);
            EXPECT_EQ(loader.batches_per_epoch(), steps);
            const auto source = loader.Epoch(1);
            for (uint64_t s = 0; s < steps; ++s) {
              const BatchLease batch = source->Next();
              ASSERT_TRUE(batch);
              const uint64_t first = (s * ranks + rank) * 4;
              EXPECT_EQ(batch->first, first);
              EXPECT_EQ(batch->valid, std::clamp(kSamples - static_cast<int>(first), 0, 4));
              for (uint64_t slot = 0; slot < 4; ++slot) {
                EXPECT_EQ(batch->ids[slot], all[(first + slot) % kSamples]) << OrderName(order) << " " << memory;
              }
            }
            EXPECT_FALSE(source->Next());
          }
        }
      }
    }
  }
}

TEST_F(LoaderOrdersTest, PaddingIsTheEpochsBeginningAgain) {
  for (const uint64_t memory : budgets_) {
    LoaderOptions options = OptionsOf(Order::kShuffled);
    options.memory = memory;
    options.last_batch = LastBatch::kPad;
    Loader loader(info_, options);
    const auto source = loader.Epoch(2);
    std::string first, last;
    Ids first_ids, last_ids;
    int valid = 0;
    while (const BatchLease batch = source->Next()) {
      if (first.empty())
        first.assign(static_cast<const char*>(batch->data), 8 * testing::kSlot), first_ids = batch->ids;
      last.assign(static_cast<const char*>(batch->data), 8 * testing::kSlot), last_ids = batch->ids;
      valid = batch->valid;
    }
    ASSERT_EQ(valid, kSamples % 8);
    EXPECT_EQ(last.substr(valid * testing::kSlot), first.substr(0, (8 - valid) * testing::kSlot));
    EXPECT_EQ(Ids(last_ids.begin() + valid, last_ids.end()), Ids(first_ids.begin(), first_ids.begin() + 8 - valid));
  }
}

TEST_F(LoaderOrdersTest, PaddingMayBeMoreThanTheSplit) {
  LoaderOptions options = OptionsOf(Order::kShuffled);
  options.memory = bytes_ / 2;
  options.batch_size = 50;
  options.ranks = 4;
  options.last_batch = LastBatch::kPad;
  Ids all;
  for (uint32_t rank = 0; rank < 4; ++rank) {
    options.rank = rank;
    Loader loader(info_, options);
    ASSERT_EQ(loader.batches_per_epoch(), 1u);
    const auto source = loader.Epoch(0);
    const BatchLease batch = source->Next();
    EXPECT_EQ(batch->valid, rank == 0 ? 50 : rank == 1 ? kSamples - 50 : 0);
    all.insert(all.end(), batch->ids.begin(), batch->ids.end());
  }
  for (size_t i = kSamples; i < all.size(); ++i) EXPECT_EQ(all[i], all[i % kSamples]);
}

TEST_F(LoaderOrdersTest, StepsPerEpochGoOnAcrossEpochs) {
  for (const Order order : kOrders) {
    for (const uint64_t memory : budgets_) {
      LoaderOptions options = OptionsOf(order);
      options.memory = memory;
      options.steps_per_epoch = 3;
      Loader loader(info_, options);
      EXPECT_EQ(loader.batches_per_epoch(), 3u);
      Ids ids;
      // 61 epochs of 24 are 24 times the split.
      for (uint32_t epoch = 0; epoch < kSamples; ++epoch) {
        const Ids some = IdsOf(*loader.Epoch(epoch));
        EXPECT_EQ(some.size(), 24u);
        ids.insert(ids.end(), some.begin(), some.end());
      }
      options.steps_per_epoch = 0;
      if (order == Order::kStratified) continue;  // its batches begin at other positions
      Loader natural(info_, options);
      Ids expected;
      for (uint32_t epoch = 0; epoch < 24; ++epoch) {
        const Ids some = IdsOf(*natural.Epoch(epoch));
        expected.insert(expected.end(), some.begin(), some.end());
      }
      EXPECT_EQ(ids, expected) << OrderName(order) << " " << memory;
    }
  }
}

TEST_F(LoaderOrdersTest, StratifiedHoldsTheSplitAcrossEpochsOfSteps) {
  for (const uint64_t memory : budgets_) {
    LoaderOptions options = OptionsOf(Order::kStratified);
    options.memory = memory;
    options.steps_per_epoch = 61;
    Loader loader(info_, options);
    EXPECT_EQ(Sorted(IdsOf(*loader.Epoch(4))), All(8));
  }
}

TEST_F(LoaderOrdersTest, StratifiedBatchesHaveTheClassesInTheirProportions) {
  for (const uint64_t memory : {2 * bytes_, bytes_ / 2}) {
    LoaderOptions options = OptionsOf(Order::kStratified);
    options.memory = memory;
    options.batch_size = 12;
    Loader loader(info_, options);
    const auto source = loader.Epoch(1);
    while (const BatchLease batch = source->Next()) {
      std::map<int64_t, int> counts;
      for (int slot = 0; slot < batch->valid; ++slot) ++counts[batch->labels[slot]];
      for (int64_t label = 0; label < 3; ++label) {
        EXPECT_NEAR(counts[label], batch->valid / 3.0, loader.in_memory() ? 1 : 3) << memory;
      }
    }
  }
}

TEST_F(LoaderOrdersTest, RefusesWeightsThatDoNotFit) {
  const struct {
    const char* field;
    std::function<void(LoaderOptions*)> change;
  } cases[] = {
      {"sample_weights", [](LoaderOptions* o) { o->class_weights.clear(); }},
      {"sample_weights", [](LoaderOptions* o) { o->sample_weights.assign(kSamples, 1); }},
      {"3 classes",
       [](LoaderOptions* o) {
         o->class_weights = {1, 2};
       }},
      {"61 samples",
       [](LoaderOptions* o) {
         o->class_weights.clear(), o->sample_weights = {1, 2, 3};
       }},
      {"negative",
       [](LoaderOptions* o) {
         o->class_weights = {1, -1, 3};
       }},
      {"finite",
       [](LoaderOptions* o) {
         o->class_weights = {1, NAN, 3};
       }},
      {"finite",
       [](LoaderOptions* o) {
         o->class_weights = {1, INFINITY, 3};
       }},
      {"sum",
       [](LoaderOptions* o) {
         o->class_weights = {0, 0, 0};
       }},
      {"order weighted", [](LoaderOptions* o) { o->order = Order::kShuffled; }},
      {"segment_epochs", [](LoaderOptions* o) { o->segment_epochs = 0; }},
      {"segment_epochs", [](LoaderOptions* o) { o->segment_epochs = 5000; }},
      {"segment_epochs",
       [](LoaderOptions* o) {
         *o = Options(o->folder);
         o->order = Order::kSequential;
         o->segment_epochs = 2;
       }},
      {"rank", [](LoaderOptions* o) { o->ranks = 0; }},
      {"rank", [](LoaderOptions* o) { o->ranks = 2, o->rank = 2, o->last_batch = LastBatch::kDrop; }},
      {"last_batch", [](LoaderOptions* o) { o->ranks = 2; }},
      {"steps_per_epoch", [](LoaderOptions* o) { o->steps_per_epoch = uint64_t{1} << 32; }},
      {"max_bad", [](LoaderOptions* o) { o->max_bad.fraction = 1.5; }},
      {"max_bad", [](LoaderOptions* o) { o->max_bad.fraction = NAN; }},
  };
  Loader(info_, OptionsOf(Order::kWeighted));
  for (const auto& c : cases) {
    LoaderOptions options = OptionsOf(Order::kWeighted);
    c.change(&options);
    try {
      Loader loader(info_, options);
      ADD_FAILURE() << c.field;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage()) << c.field;
      EXPECT_NE(std::string(error.what()).find(c.field), std::string::npos) << c.field << ": " << error.what();
    }
  }
}

TEST_F(LoaderOrdersTest, OrderOfIsThatOfTheBatches) {
  for (const Order order : kOrders) {
    for (const uint64_t memory : budgets_) {
      for (const uint64_t steps : {0, 3, 11}) {
        for (const LastBatch last : {LastBatch::kKeep, LastBatch::kDrop}) {
          LoaderOptions options = OptionsOf(order);
          options.memory = memory;
          options.steps_per_epoch = steps;
          options.last_batch = last;
          options.segment_epochs = order == Order::kSequential ? 1 : 2;
          Loader loader(info_, options);
          for (uint32_t epoch = 0; epoch < 3; ++epoch) {
            EXPECT_EQ(loader.OrderOf(epoch), IdsOf(*loader.Epoch(epoch)))
                << OrderName(order) << ", memory " << memory << ", steps " << steps << ", epoch " << epoch;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace dataset
