#include "train/features/feature_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

class FeatureFolderTest : public ::testing::Test {
 protected:
  FeatureFolder Open(uint64_t most_bytes = 1 << 20, const std::string& key = "run") {
    FeatureFolder folder({.folder = dir_ / "features",
                          .most_bytes = most_bytes,
                          .key = key,
                          .classes = 3,
                          .sync = dataset::Sync::kNo,
                          .warn = [this](const std::string& text) { warnings_.push_back(text); }});
    folder.UseLayers("layers");
    return folder;
  }
  // Five samples in two batches.
  static void Fill(FeatureFolder& folder, const std::string& view, const Tensor& rows) {
    const auto writer = folder.Begin(view, 5, rows.slice(0, 0, 3));
    ASSERT_NE(writer, nullptr);
    writer->Add(rows.slice(0, 0, 3), {0, 1, 2});
    writer->Add(rows.slice(0, 3, 5), {1, 0});
    writer->Finish();
  }
  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(dir_ / "features")) files.push_back(entry.path());
    return files;
  }

  dataset::testing::TempDir dir_;
  std::vector<std::string> warnings_;
  Tensor rows_ = torch::arange(20, torch::kFloat32).view({5, 4});
};

TEST_F(FeatureFolderTest, GivesBackWhatItGot) {
  const std::vector<Tensor> tables = {rows_, rows_.to(torch::kBFloat16),
                                      torch::arange(5 * 2 * 3 * 4, torch::kFloat32).view({5, 2, 3, 4})};
  for (size_t i = 0; i < tables.size(); ++i) {
    FeatureFolder folder = Open();
    Fill(folder, "view " + std::to_string(i), tables[i]);
    FeatureFolder later = Open();
    const std::optional<FeatureTable> found = later.Find("view " + std::to_string(i), 5);
    ASSERT_TRUE(found);
    EXPECT_TRUE(torch::equal(found->rows(), tables[i]));
    EXPECT_EQ(found->rows().scalar_type(), tables[i].scalar_type());
    EXPECT_EQ(found->label(2), 2);
    EXPECT_EQ(found->label(3), 1);
  }
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(FeatureFolderTest, MapsComeBackAsTheyWere) {
  const Tensor maps = torch::randn({5, 3, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast);
  FeatureFolder folder = Open();
  Fill(folder, "maps", RowsOf(maps));
  const std::vector<uint32_t> ids = {4, 0};
  const Tensor two = folder.Find("maps", 5)->Of(ids, torch::kCPU);
  EXPECT_TRUE(torch::equal(two[0], maps[4]));
  EXPECT_TRUE(torch::equal(two[1], maps[0]));
  EXPECT_TRUE(two.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST_F(FeatureFolderTest, AnotherKeyLayerOrViewIsAnotherTable) {
  FeatureFolder folder = Open();
  Fill(folder, "view", rows_);
  EXPECT_TRUE(folder.Find("view", 5));
  EXPECT_FALSE(folder.Find("other", 5));
  EXPECT_FALSE(Open(1 << 20, "other run").Find("view", 5));
  folder.UseLayers("other layers");
  EXPECT_FALSE(folder.Find("view", 5));
  EXPECT_TRUE(warnings_.empty());
}

// Each kind of damage is told, and the table is not used; written anew it is whole.
TEST_F(FeatureFolderTest, DamageIsFound) {
  const struct {
    const char* name;
    std::function<void(std::string*)> damage;
    const char* says;
  } kCases[] = {
      {"a bit of the features", [](std::string* bytes) { (*bytes)[bytes->find("labels") + 200] ^= 1; }, "checksum"},
      {"a bit of the last label", [](std::string* bytes) { (*bytes)[bytes->size() - 9] ^= 4; }, "checksum"},
      {"a bit of the checksum", [](std::string* bytes) { bytes->back() ^= 1; }, "checksum"},
      {"a bit of the key", [](std::string* bytes) { (*bytes)[bytes->find("\"key\":\"") + 9] ^= 1; }, "something else"},
      {"another format", [](std::string* bytes) { (*bytes)[bytes->find("features 1") + 9] = '2'; }, "no file of"},
      {"cut off", [](std::string* bytes) { bytes->resize(bytes->size() - 1); }, "truncated"},
      {"half", [](std::string* bytes) { bytes->resize(bytes->size() / 2); }, "truncated"},
      {"empty", [](std::string* bytes) { bytes->clear(); }, "features.safetensors"},
      {"longer", [](std::string* bytes) { bytes->push_back('x'); }, "behind the last tensor"},
      {"zeros", [](std::string* bytes) { bytes->assign(bytes->size(), '\0'); }, "header"},
      {"a huge header", [](std::string* bytes) { (*bytes)[7] = '\x7f'; }, "header"},
  };
  for (const auto& item : kCases) {
    FeatureFolder folder = Open();
    Fill(folder, "view", rows_);
    ASSERT_EQ(Files().size(), 1u);
    std::string bytes = dataset::ReadFile(Files().front());
    item.damage(&bytes);
    dataset::testing::WriteFile(Files().front(), bytes);
    warnings_.clear();
    EXPECT_FALSE(folder.Find("view", 5)) << item.name;
    ASSERT_EQ(warnings_.size(), 1u) << item.name;
    EXPECT_NE(warnings_[0].find(item.says), std::string::npos) << item.name << ": " << warnings_[0];
    EXPECT_NE(warnings_[0].find("computed anew"), std::string::npos);
    Fill(folder, "view", rows_);
    EXPECT_TRUE(folder.Find("view", 5)) << item.name;
  }
}

TEST_F(FeatureFolderTest, LabelsOfNoClassAndOtherCountsAreRefused) {
  FeatureFolder folder = Open();
  const auto writer = folder.Begin("labels", 5, rows_);
  writer->Add(rows_, {0, 1, 2, 3, 0});
  writer->Finish();
  EXPECT_FALSE(folder.Find("labels", 5));
  Fill(folder, "view", rows_);
  EXPECT_FALSE(folder.Find("view", 6));
  ASSERT_EQ(warnings_.size(), 2u);
  EXPECT_NE(warnings_[0].find("label 3 of no class"), std::string::npos);
  EXPECT_NE(warnings_[1].find("another number of samples"), std::string::npos);
}

TEST_F(FeatureFolderTest, AnUnfinishedTableLeavesNothing) {
  FeatureFolder folder = Open();
  { folder.Begin("view", 5, rows_)->Add(rows_.slice(0, 0, 2), {0, 1}); }
  EXPECT_TRUE(Files().empty());
  EXPECT_FALSE(folder.Find("view", 5));
}

// Of several tables those go that were not used for the longest time; what is not ours stays.
TEST_F(FeatureFolderTest, TheFolderIsBounded) {
  FeatureFolder folder = Open();
  Fill(folder, "a", rows_);
  const uint64_t bytes = fs::file_size(Files().front());
  const fs::path a = Files().front();
  dataset::testing::WriteFile(dir_ / "features/notes.txt", std::string(10 * bytes, 'x'));
  FeatureFolder bounded = Open(3 * bytes);
  // Counted with the labels, the checksum and the longest header, it would not fit.
  EXPECT_TRUE(bounded.HasRoom(3 * bytes));
  EXPECT_FALSE(bounded.HasRoom(3 * bytes + 1));
  const Tensor large = torch::arange(20000, torch::kFloat32).view({5, 4000});
  EXPECT_EQ(bounded.Begin("large", 5, large), nullptr);

  FeatureFolder wide = Open(90000);
  Fill(wide, "large", large);
  EXPECT_TRUE(wide.Find("a", 5));
  const auto now = fs::file_time_type::clock::now();
  for (const fs::path& file : Files()) fs::last_write_time(file, now - std::chrono::hours(1));
  EXPECT_TRUE(wide.Find("a", 5));  // is used now
  Fill(wide, "large too", large);
  EXPECT_FALSE(wide.Find("large", 5));
  EXPECT_TRUE(wide.Find("a", 5));
  EXPECT_TRUE(wide.Find("large too", 5));
  EXPECT_TRUE(fs::exists(dir_ / "features/notes.txt"));
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(FeatureFolderTest, WhatKilledWritersLeaveGoesInADay) {
  FeatureFolder folder = Open();
  const std::string key(64, 'a');
  const fs::path old = dir_ / ("features/." + key + ".1.1.incomplete"),
                 young = dir_ / ("features/." + key + ".2.1.incomplete"), other = dir_ / "features/.mine.incomplete";
  const auto now = fs::file_time_type::clock::now();
  for (const fs::path& file : {old, young, other}) {
    dataset::testing::WriteFile(file, "x");
    if (file != young) fs::last_write_time(file, now - std::chrono::hours(25));
  }
  Fill(folder, "view", rows_);
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(young));
  EXPECT_TRUE(fs::exists(other));
}

TEST_F(FeatureFolderTest, TwoWritersOfATableBothEndWell) {
  FeatureFolder one = Open(), other = Open();
  const auto first = one.Begin("view", 5, rows_), second = other.Begin("view", 5, rows_);
  first->Add(rows_, {0, 1, 2, 1, 0});
  second->Add(rows_, {0, 1, 2, 1, 0});
  first->Finish();
  const std::optional<FeatureTable> found = one.Find("view", 5);
  second->Finish();
  EXPECT_TRUE(torch::equal(found->rows(), rows_));
  EXPECT_TRUE(torch::equal(other.Find("view", 5)->rows(), rows_));
  EXPECT_EQ(Files().size(), 1u);
  EXPECT_TRUE(warnings_.empty());
}

// A table in use stays whole if another run removes its file.
TEST_F(FeatureFolderTest, ATableOutlivesItsFile) {
  FeatureFolder folder = Open();
  Fill(folder, "view", rows_);
  const std::optional<FeatureTable> found = folder.Find("view", 5);
  fs::remove(Files().front());
  EXPECT_TRUE(torch::equal(found->rows(), rows_));
}

TEST_F(FeatureFolderTest, AFolderThatCannotBeMadeIsTold) {
  dataset::testing::WriteFile(dir_ / "features", "a file");
  FeatureFolder folder = Open();
  const auto writer = folder.Begin("view", 5, rows_);
  writer->Add(rows_, {0, 1, 2, 1, 0});
  writer->Finish();
  EXPECT_FALSE(folder.Find("view", 5));
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("features are not kept for later runs: "), std::string::npos);
}

}  // namespace
}  // namespace train
