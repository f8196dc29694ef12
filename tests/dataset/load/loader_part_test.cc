#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dataset/load/loader.h"
#include "dataset/read/val_part.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"

namespace dataset {
namespace {

using testing::Drain;
using testing::TempDir;
using Ids = std::vector<SampleId>;

// Loads the parts of a train split of which val is held out.
class LoaderPartTest : public ::testing::Test {
 protected:
  static DatasetInfo Write(const std::filesystem::path& folder) {
    const auto change = [](int i, Sample* sample) { sample->source_id = std::to_string(i); };
    DatasetInfo info = testing::WriteToyShards(folder, testing::MakePayloads(Store::kRaw, {}, change), 2);
    info.store = Store::kRaw;
    return info;
  }
  LoaderOptions Options(Split split, Order order) const {
    LoaderOptions options = testing::Options(dir_.path());
    testing::TurnAugmentationOn(&options);
    options.split = split;
    options.order = order;
    if (order == Order::kWeighted) options.class_weights = {1, 4, 2};
    return options;
  }
  static Ids IdsOf(Loader& loader, uint32_t epoch) {
    Ids ids;
    const auto source = loader.Epoch(epoch);
    while (const BatchLease batch = source->Next()) {
      ids.insert(ids.end(), batch->ids.begin(), batch->ids.begin() + batch->valid);
    }
    return ids;
  }

  TempDir dir_;
  const DatasetInfo whole_ = Write(dir_.path());
  const DatasetInfo info_ = WithValPart(dir_.path(), whole_, 0.2, 2);
  const DatasetSplit& train_ = *info_.Find(Split::kTrain);
  const DatasetSplit& val_ = *info_.Find(Split::kVal);
};

TEST_F(LoaderPartTest, LoadersSeeTheirPartAlone) {
  const uint64_t bytes = ShardSet(dir_.path(), whole_, Split::kTrain).bytes();
  for (const Order order :
       {Order::kSequential, Order::kShuffled, Order::kBalanced, Order::kWeighted, Order::kStratified}) {
    for (const uint64_t memory : {2 * bytes, bytes / 2, uint64_t{1}}) {
      for (const DatasetSplit* split : {&train_, &val_}) {
        std::set<std::vector<std::string>> results;
        for (const int threads : {1, 2, 4}) {
          LoaderOptions options = Options(split->split, order);
          options.memory = memory;
          options.threads = threads;
          Loader loader(info_, options);
          EXPECT_EQ(loader.samples(), split->records);
          Ids ids = IdsOf(loader, 2);
          EXPECT_EQ(ids, loader.OrderOf(2));
          ASSERT_EQ(ids.size(), split->records) << NameOf(order);
          std::sort(ids.begin(), ids.end());
          if (order == Order::kBalanced || order == Order::kWeighted) {
            EXPECT_TRUE(std::includes(split->part->begin(), split->part->end(), ids.begin(),
                                      std::unique(ids.begin(), ids.end())));
          } else {
            EXPECT_EQ(ids, *split->part) << NameOf(order) << memory;
          }
          std::vector<std::string> batches = Drain(*loader.Epoch(1));
          results.insert(batches);
          for (size_t first = 0; first <= batches.size(); first += 2) {
            EXPECT_EQ(Drain(*loader.Epoch(1, first)),
                      std::vector<std::string>(batches.begin() + static_cast<std::ptrdiff_t>(first), batches.end()));
          }
        }
        EXPECT_EQ(results.size(), 1u) << NameOf(order) << memory;
      }
    }
  }
}

// Also over segments of several epochs, whose blocks end where a record is left out.
TEST_F(LoaderPartTest, SegmentEpochsGiveEachSampleThatOftenInAWalk) {
  LoaderOptions options = Options(Split::kTrain, Order::kShuffled);
  options.memory = ShardSet(dir_.path(), whole_, Split::kTrain).bytes() / 4;
  options.segment_epochs = 3;
  Loader loader(info_, options);
  ASSERT_FALSE(loader.in_memory());
  std::map<SampleId, int> times;
  for (uint32_t epoch = 0; epoch < 3; ++epoch) {
    for (const SampleId id : IdsOf(loader, epoch)) ++times[id];
  }
  EXPECT_EQ(times.size(), train_.records);
  for (const SampleId id : *train_.part) EXPECT_EQ(times[id], 3) << id;
}

}  // namespace
}  // namespace dataset
