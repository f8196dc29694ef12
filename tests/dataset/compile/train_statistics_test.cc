#include "dataset/compile/train_statistics.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/sample/store.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::WriteFile;

class TrainStatisticsTest : public ::testing::Test {
 protected:
  TrainStatisticsTest() {
    options_.store = Store::kNormalized;
    options_.scale = ScaleMode::kStandard;
    options_.mean.source = options_.stddev.source = Moments::Source::kAuto;
    options_.box_fit.width = options_.box_fit.height = 16;
  }
  PixelSums Sum(const WorkerShare& share) {
    options_.worker = share;
    NoProgress progress;
    return *SumTrainPixels(options_, LoadInput(options_), progress);
  }
  std::filesystem::path Write(const std::string& name, const PixelSums& sums, const WorkerShare& share) {
    WriteFile(dir_ / name, FormatStatistics(sums, share, "stamp", info_));
    return dir_ / name;
  }
  std::string CauseOf(const std::vector<std::filesystem::path>& files) {
    try {
      LoadStatistics(files, info_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  testing::TempDir dir_;
  CompileOptions options_ = testing::TinySplit(dir_.path());
  DatasetInfo info_;
};

TEST_F(TrainStatisticsTest, AreThoseOfTheStoredPixels) {
  CompileOptions raw = options_;
  raw.store = Store::kRaw;
  raw.scale = ScaleMode::kUnit;
  raw.mean = raw.stddev = {};
  const DatasetInfo compiled = testing::Compile(raw);
  const PixelSums sums = Sum({});
  EXPECT_GT(sums.pixels(), 8u * 16 * 16);
  EXPECT_EQ(sums.pixels(), compiled.train_pixels.pixels());
  EXPECT_EQ(sums.sum(), compiled.train_pixels.sum());
  EXPECT_EQ(sums.sum_of_squares(), compiled.train_pixels.sum_of_squares());
}

TEST_F(TrainStatisticsTest, SharesAddUp) {
  info_.channels = 3;
  info_.fingerprint = "f";
  const PixelSums all = Sum({});
  std::vector<std::filesystem::path> files;
  for (uint32_t i = 0; i < 3; ++i) files.push_back(Write(std::to_string(i) + ".json", Sum({i, 3}), {i, 3}));
  const PixelSums loaded = LoadStatistics(files, info_);
  EXPECT_EQ(loaded.pixels(), all.pixels());
  EXPECT_EQ(loaded.sum(), all.sum());
  EXPECT_EQ(loaded.sum_of_squares(), all.sum_of_squares());
}

TEST_F(TrainStatisticsTest, TellOfWhichPhotosTheyAre) {
  const auto file = Write("1.json", PixelSums(2, {300}, {45000}), {});
  EXPECT_FALSE(IsOfOtherPhotos(file, "stamp"));
  EXPECT_TRUE(IsOfOtherPhotos(file, "other"));
  WriteFile(file, FormatStatistics(PixelSums(2, {300}, {45000}), {}, "", info_));
  EXPECT_FALSE(IsOfOtherPhotos(file, "other"));
}

TEST_F(TrainStatisticsTest, RefusesFilesThatDoNotFit) {
  info_.channels = 1;
  info_.fingerprint = "f";
  const PixelSums sums(2, {300}, {45000});
  const auto first = Write("1", sums, {0, 2}), second = Write("2", sums, {1, 2}), twin = Write("3", sums, {0, 2});
  EXPECT_EQ(CauseOf({first, second}), "");
  EXPECT_NE(CauseOf({first}).find("is one of 2 files, but 1 are given"), std::string::npos);
  EXPECT_NE(CauseOf({first, twin}).find("is of the same worker as"), std::string::npos);
  EXPECT_NE(CauseOf({Write("4", {}, {})}).find("no picture of train could be read"), std::string::npos);
  WriteFile(dir_ / "5", "{}");
  EXPECT_NE(CauseOf({dir_ / "5"}), "");
  info_.fingerprint = "g";
  EXPECT_NE(CauseOf({first, second}).find("is of another dataset"), std::string::npos);
}

}  // namespace
}  // namespace dataset
