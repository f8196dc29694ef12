#include "dataset/read/val_part.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "dataset/sample/store.h"
#include "tests/dataset/load/picture_dataset.h"

namespace dataset {
namespace {

using testing::TempDir;
using Ids = std::vector<SampleId>;

// Of classes of these sizes, with ranks that a small generator draws.
struct Toy {
  explicit Toy(const std::vector<size_t>& sizes) {
    uint64_t state = 1;
    for (uint32_t label = 0; label < sizes.size(); ++label) {
      for (size_t i = 0; i < sizes[label]; ++i) {
        labels.push_back(label);
        state = state * 6364136223846793005u + 1442695040888963407u;
        ranks.push_back(state);
      }
    }
  }
  std::map<uint32_t, size_t> Counts(const Ids& ids) const {
    std::map<uint32_t, size_t> counts;
    for (const SampleId id : ids) ++counts[labels[id]];
    return counts;
  }
  std::vector<uint32_t> labels;
  std::vector<uint64_t> ranks;
};

TEST(ValPartTest, EachClassGivesItsPart) {
  const Toy toy({100, 7, 2, 1, 0, 33});
  struct Case {
    double fraction;
    std::map<uint32_t, size_t> val;
  };
  for (const Case& one :
       {Case{0.1, {{0, 10}, {1, 1}, {2, 1}, {5, 3}}}, Case{0.5, {{0, 50}, {1, 4}, {2, 1}, {5, 17}}},
        Case{0.001, {{0, 1}, {1, 1}, {2, 1}, {5, 1}}}, Case{0.999, {{0, 99}, {1, 6}, {2, 1}, {5, 32}}}}) {
    const ValPart part = DealValPart(toy.labels, toy.ranks, one.fraction);
    EXPECT_EQ(toy.Counts(part.val), one.val) << one.fraction;
    Ids all = part.train;
    all.insert(all.end(), part.val.begin(), part.val.end());
    EXPECT_TRUE(std::is_sorted(part.train.begin(), part.train.end()));
    EXPECT_TRUE(std::is_sorted(part.val.begin(), part.val.end()));
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), toy.labels.size()) << one.fraction;
    EXPECT_EQ(all.size(), toy.labels.size()) << one.fraction;
  }
  EXPECT_TRUE(DealValPart({0, 1, 2}, {5, 6, 7}, 0.5).val.empty());
  EXPECT_TRUE(DealValPart({}, {}, 0.5).train.empty());
}

// As oversampling makes them. A picture that is in train must not be in val, nor count twice there.
TEST(ValPartTest, RecordsOfOnePictureAreOnOneSide) {
  const std::vector<uint32_t> labels(9, 0);
  const std::vector<uint64_t> ranks = {50, 10, 30, 10, 40, 20, 10, 50, 20};
  const ValPart part = DealValPart(labels, ranks, 0.4);  // two of five
  EXPECT_EQ(part.val, (Ids{1, 5}));
  EXPECT_EQ(part.train, (Ids{0, 2, 4, 7}));
}

TEST(ValPartTest, APictureStaysWhereItIsIfOthersAreAdded) {
  const Toy grown({2000});
  for (const size_t n : {1000u, 1500u, 1990u}) {
    const ValPart before =
        DealValPart({grown.labels.begin(), grown.labels.begin() + static_cast<std::ptrdiff_t>(n)},
                    {grown.ranks.begin(), grown.ranks.begin() + static_cast<std::ptrdiff_t>(n)}, 0.1);
    const ValPart after = DealValPart(grown.labels, grown.ranks, 0.1);
    const std::set<SampleId> val(after.val.begin(), after.val.end());
    const auto moved =
        std::count_if(before.val.begin(), before.val.end(), [&](SampleId id) { return !val.contains(id); });
    EXPECT_LE(moved, 12) << n;  // of 100 and more
  }
}

class HeldOutDatasetTest : public ::testing::Test {
 protected:
  static DatasetInfo Write(const std::filesystem::path& folder) {
    const auto change = [](int i, Sample* sample) { sample->source_id = std::to_string(i * i); };
    DatasetInfo info = testing::WriteToyShards(folder, testing::MakePayloads(Store::kRaw, {}, change), 2);
    info.store = Store::kRaw;
    return info;
  }

  TempDir dir_;
  const DatasetInfo whole_ = Write(dir_.path());
  const DatasetInfo info_ = WithValPart(dir_.path(), whole_, 0.2, 2);
  const DatasetSplit& train_ = *info_.Find(Split::kTrain);
  const DatasetSplit& val_ = *info_.Find(Split::kVal);
};

TEST_F(HeldOutDatasetTest, CountsAreThoseOfTheParts) {
  // 61 samples: 21, 20 and 20 of the classes.
  EXPECT_EQ(val_.records_per_class, (std::vector<uint32_t>{4, 4, 4}));
  EXPECT_EQ(train_.records_per_class, (std::vector<uint32_t>{17, 16, 16}));
  EXPECT_EQ(val_.records, 12u);
  EXPECT_EQ(train_.records, 49u);
  EXPECT_EQ(val_.part->size(), 12u);
  for (const SampleId id : *val_.part) {
    EXPECT_FALSE(std::binary_search(train_.part->begin(), train_.part->end(), id)) << id;
  }
  EXPECT_EQ(*WithValPart(dir_.path(), whole_, 0.2, 1).Find(Split::kVal)->part, *val_.part);
  DatasetInfo no_train = whole_;
  no_train.splits[0].split = Split::kTest;
  EXPECT_EQ(WithValPart(dir_.path(), no_train, 0.2, 1).splits.size(), 1u);
}

// sha256("val 0") and so on, by Python's hashlib.
TEST_F(HeldOutDatasetTest, RanksAreThoseOfTheFormat) {
  const std::vector<uint64_t> ranks = RanksOf(ShardSet(dir_.path(), whole_, Split::kTrain), whole_, 2);
  EXPECT_EQ(ranks[0], 0x5eeb713ddbfbacacu);
  EXPECT_EQ(ranks[2], 0x12105e29b85fb006u);
}

TEST_F(HeldOutDatasetTest, NothingToHoldOutIsAnError) {
  const DatasetInfo info = testing::WriteStore(dir_.path() / "same", Store::kRaw);  // all have one source_id
  try {
    WithValPart(dir_.path() / "same", info, 0.2, 1);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("has no class with two different pictures in train"), std::string::npos);
  }
}

}  // namespace
}  // namespace dataset
