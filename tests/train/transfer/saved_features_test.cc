#include "train/transfer/saved_features.h"

#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "dataset/io/file.h"
#include "tests/train/run/pretrained_run.h"

namespace train {
namespace {

namespace fs = std::filesystem;

class SavedFeaturesTest : public testing::PretrainedRunTest {
 protected:
  SavedFeatures Save(const TrainingRunOptions& options = Options()) {
    dataset::NoProgress progress;
    return SaveFeatures(options, out_ / "features", progress);
  }
  // The header's text and the values of a .npy file (NEP 1, version 1.0).
  template <typename T>
  std::pair<std::string, std::vector<T>> Read(const std::string& name) const {
    const std::string bytes = dataset::ReadFile(out_ / ("features/" + name));
    EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8)) << name;
    const size_t length = static_cast<uint8_t>(bytes[8]) + 256u * static_cast<uint8_t>(bytes[9]);
    EXPECT_EQ((10 + length) % 64, 0u) << name;
    EXPECT_EQ(bytes[9 + length], '\n') << name;
    std::vector<T> values((bytes.size() - 10 - length) / sizeof(T));
    std::memcpy(values.data(), bytes.data() + 10 + length, values.size() * sizeof(T));
    std::string text = bytes.substr(10, length - 1);
    text.resize(text.find_last_not_of(' ') + 1);
    return {text, values};
  }
};

TEST_F(SavedFeaturesTest, NumpyReadsEachSplit) {
  const SavedFeatures saved = Save();
  ASSERT_EQ(saved.splits.size(), 3u);
  EXPECT_EQ(saved.splits[0].name, "train");
  EXPECT_EQ(saved.splits[0].samples, 42u);
  EXPECT_EQ(saved.splits[0].row, std::vector<int64_t>{256});
  for (const auto& [split, samples] :
       std::vector<std::pair<std::string, size_t>>{{"train", 42}, {"val", 15}, {"test", 15}}) {
    const std::string count = std::to_string(samples);
    const auto [features_text, features] = Read<float>(split + "-features.npy");
    EXPECT_EQ(features_text, "{'descr': '<f4', 'fortran_order': False, 'shape': (" + count + ", 256), }");
    EXPECT_EQ(features.size(), samples * 256);
    const auto [labels_text, labels] = Read<int64_t>(split + "-labels.npy");
    EXPECT_EQ(labels_text, "{'descr': '<i8', 'fortran_order': False, 'shape': (" + count + ",), }");
    EXPECT_EQ(std::set<int64_t>(labels.begin(), labels.end()), (std::set<int64_t>{0, 1, 2}));
    const auto [ids_text, ids] = Read<uint32_t>(split + "-ids.npy");
    EXPECT_EQ(ids_text, "{'descr': '<u4', 'fortran_order': False, 'shape': (" + count + ",), }");
    for (uint32_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], i);
  }
}

TEST_F(SavedFeaturesTest, NumpyItselfAgrees) {
  if (dataset::testing::RunCommand("python3 -c 'import numpy'").exit_code != 0) GTEST_SKIP() << "no python3-numpy";
  Save();
  const auto result = dataset::testing::RunCommand(
      "cd '" + (out_ / "features").string() +
      "'; python3 -c \"import numpy as n; f, l, i = (n.load('val-%s.npy' % w) for w in ('features', 'labels', 'ids')); "
      "print(f.shape, f.dtype, l.shape, l.dtype, i.shape, i.dtype, bool(n.isfinite(f).all()), int(i.sum()))\"");
  EXPECT_EQ(result.out, "(15, 256) float32 (15,) int64 (15,) uint32 True 105\n") << result.err;
}

TEST_F(SavedFeaturesTest, AnotherValIsOtherFeatures) {
  testing::MakeDataset(dir_->path(), {.name = "two", .ratio = "80,0,20"});
  TrainingRunOptions options = Options();
  options.dataset = *dir_ / "two.ds";
  options.val_fraction = 0.2;
  Save(options);
  EXPECT_TRUE(Save(options).unchanged);
  options.val_fraction = 0.4;
  EXPECT_NE(testing::ErrorOf([&] { Save(options); }).find("holds other features"), std::string::npos);
  options.val_fraction.reset();
  EXPECT_NE(testing::ErrorOf([&] { Save(options); }).find("holds other features"), std::string::npos);
}

TEST_F(SavedFeaturesTest, AgainIsUnchanged) {
  Save();
  const auto time = fs::last_write_time(out_ / "features/features.json");
  EXPECT_TRUE(Save().unchanged);
  EXPECT_EQ(fs::last_write_time(out_ / "features/features.json"), time);
}

TEST_F(SavedFeaturesTest, OnlyOwnFilesAreReplaced) {
  Save();
  TrainingRunOptions other = Options();
  other.fit = dataset::SquareFit::kPad;
  const auto message = [&] { return testing::ErrorOf([&] { Save(other); }); };
  EXPECT_NE(message().find("holds other features; `overwrite` replaces them"), std::string::npos) << message();
  other.existing = dataset::ExistingOutput::kOverwrite;
  EXPECT_EQ(Save(other).splits.size(), 3u);

  const std::string labels = dataset::ReadFile(out_ / "features/val-labels.npy");
  const struct {
    const char* file;
    std::string content;
  } kOthers[] = {{"notes.txt", "mine"},
                 {"val-labels.npy", std::string(labels.size(), 'x')},
                 {"extra/val-ids.npy", "mine"},
                 {"features.json", "{}"}};
  for (const auto& item : kOthers) {
    const fs::path file = out_ / (std::string("features/") + item.file);
    const std::string before = fs::exists(file) ? dataset::ReadFile(file) : "";
    dataset::testing::WriteFile(file, item.content);
    other.fit = dataset::SquareFit::kStretch;
    EXPECT_NE(message().find("none of its own files"), std::string::npos) << item.file << ": " << message();
    EXPECT_EQ(dataset::ReadFile(file), item.content);
    if (before.empty()) {
      fs::remove(file);
      if (file.parent_path() != out_ / "features") fs::remove(file.parent_path());
    } else {
      dataset::testing::WriteFile(file, before);
    }
  }
  EXPECT_EQ(Save(other).splits.size(), 3u);
}

TEST_F(SavedFeaturesTest, AStopLeavesNothing) {
  TrainingRunOptions options = Options();
  int asked = 0;
  options.stop = [&] { return ++asked == 6; };
  EXPECT_TRUE(Save(options).splits.empty());
  EXPECT_TRUE(fs::is_empty(out_.path()));
}

TEST_F(SavedFeaturesTest, TakesFeaturesOfOtherRuns) {
  TrainingRunOptions options = Options();
  options.feature_folder = out_ / "cache";
  options.feature_cache = 1 << 20;
  Save(options);
  const std::string first = dataset::ReadFile(out_ / "features/train-features.npy");
  fs::remove_all(out_ / "features");
  Save(options);
  EXPECT_EQ(dataset::ReadFile(out_ / "features/train-features.npy"), first);
}

TEST_F(SavedFeaturesTest, WhatHasNoFeaturesIsRefused) {
  TrainingRunOptions options = Options();
  options.weights.reset();
  EXPECT_NE(testing::ErrorOf([&] { Save(options); }).find("saved features need `weights`"), std::string::npos);
  options = Options();
  options.normalize = NormalizationKind::kZca;
  EXPECT_NE(testing::ErrorOf([&] { Save(options); }), "");
  EXPECT_TRUE(fs::is_empty(out_.path()));
}

}  // namespace
}  // namespace train
