// What a person sees of dsplit.
#include <gtest/gtest.h>

#include <filesystem>

#include "dataset/file.h"
#include "dataset/split_info.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::FromHex;
using testing::RunCommand;
using testing::TempDir;
using testing::WriteFile;

class DsplitTest : public ::testing::Test {
 protected:
  void AddImages(const std::string& folder, int count) {
    for (int i = 0; i < count; ++i) {
      WriteFile(dir_ / ("raw/" + folder + "/" + std::to_string(i)), FromHex("89504e470d0a1a0a 0000000d49484452"));
    }
  }
  CommandResult Run(const std::string& arguments) {
    return RunCommand("cd '" + dir_.path().string() + "' && '" + (BinDir() / "dsplit").string() + "' " + arguments);
  }

  TempDir dir_;
};

TEST_F(DsplitTest, PrintsTheCountsOfEachClassAndSplit) {
  AddImages("daisy", 105);
  AddImages("gänseblümchen", 200);
  const CommandResult result = Run("raw -o splits --ratio 60,20,20 --seed 1");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "class          train  val  test  total\n"
            "daisy             63   21    21    105\n"
            "gänseblümchen    120   40    40    200\n"
            "total            183   61    61    305\n");
  EXPECT_NE(result.err.find("splits: written\n"), std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("warning"), std::string::npos) << result.err;
  for (const char* name : {"manifest.csv", "classes.txt", "config.toml", "split.json"}) {
    EXPECT_TRUE(fs::exists(dir_ / "splits" / name)) << name;
  }
}

TEST_F(DsplitTest, LeavesOutColumnsOfSplitsWithoutImages) {
  AddImages("a", 100);
  AddImages("b", 100);
  EXPECT_EQ(Run("raw -o splits --ratio 80,20").out,
            "class  train  val  total\n"
            "a         80   20    100\n"
            "b         80   20    100\n"
            "total    160   40    200\n");
}

TEST_F(DsplitTest, TheSameAgainIsUnchanged) {
  AddImages("a", 10);
  const CommandResult first = Run("raw -o splits --seed 1");
  const CommandResult second = Run("raw -o splits --seed 1");
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(second.out, first.out);
  EXPECT_NE(second.err.find("splits: unchanged\n"), std::string::npos) << second.err;
}

TEST_F(DsplitTest, AnotherSplitNeedsOverwrite) {
  AddImages("a", 10);
  ASSERT_EQ(Run("raw -o splits --seed 1").exit_code, 0);
  const CommandResult refused = Run("raw -o splits --seed 2");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_NE(refused.err.find(
                "dsplit: error: splits: holds another split (seed is 1 there and 2 here); --overwrite replaces it"),
            std::string::npos)
      << refused.err;
  EXPECT_EQ(Run("raw -o splits --seed 2 --overwrite").exit_code, 0);
}

TEST_F(DsplitTest, ItsConfigCanBeFedBack) {
  AddImages("a", 10);
  ASSERT_EQ(Run("raw -o splits --ratio 50,30,20 --seed 5").exit_code, 0);
  const CommandResult result = Run("--config splits/config.toml -o again");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* name : {"manifest.csv", "classes.txt", "config.toml", "split.json"}) {
    EXPECT_EQ(ReadFile(dir_ / "again" / name), ReadFile(dir_ / "splits" / name)) << name;
  }
}

TEST_F(DsplitTest, ItsConfigOfReadyMadeSplitsCanBeFedBack) {
  AddImages("train/a", 10);
  AddImages("test/a", 10);
  ASSERT_EQ(Run("raw -o splits --val-fraction 0.2").exit_code, 0);
  const CommandResult result = Run("--config splits/config.toml -o splits");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "class  train  val  test  total\n"
            "a          8    2    10     20\n"
            "total      8    2    10     20\n");
}

TEST_F(DsplitTest, SaysWhatItSkipped) {
  AddImages("a", 10);
  WriteFile(dir_ / "raw/a/.DS_Store", "x");
  WriteFile(dir_ / "raw/a/notes.txt", "x");
  WriteFile(dir_ / "raw/a/order.pdf", "x");
  const CommandResult brief = Run("raw -o splits");
  EXPECT_NE(brief.err.find("1 hidden name skipped\n"), std::string::npos) << brief.err;
  EXPECT_NE(brief.err.find("2 files skipped, no image format, the first a/notes.txt (-v lists them)\n"),
            std::string::npos)
      << brief.err;
  EXPECT_NE(brief.err.find("dsplit: warning: 1 of 1 classes with fewer than 100 images"), std::string::npos)
      << brief.err;
  EXPECT_NE(Run("raw -o splits -v").err.find("  a/order.pdf\n"), std::string::npos);
  EXPECT_EQ(Run("raw -o splits -q").err.find("skipped"), std::string::npos);
}

TEST_F(DsplitTest, RefusesAClassThatIsTooSmall) {
  AddImages("daisy", 10);
  AddImages("rose", 2);
  const CommandResult result = Run("raw -o splits --ratio 60,20,20");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("class rose has 2 images, but ratio 60,20,20 needs 3"), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(dir_ / "splits"));
}

TEST_F(DsplitTest, WrongUsageEndsWithTwo) {
  AddImages("train/a", 10);
  for (const char* arguments :
       {"", "raw", "-o splits", "raw -o splits --ratio 60,20,20", "raw -o splits --ratio", "raw -o splits --ratio a,b",
        "raw -o splits --seed -1", "raw -o splits --seed x", "raw -o splits --val-fraction 2",
        "raw -o splits --val-fraction x", "raw more -o splits", "raw -o raw/splits", "raw -o splits --sede 1"}) {
    const CommandResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments << "\n" << result.err;
    EXPECT_NE(result.err.find("dsplit: error: "), std::string::npos) << result.err;
  }
  EXPECT_FALSE(fs::exists(dir_ / "splits"));
}

TEST_F(DsplitTest, AMissingFolderIsNamed) {
  const CommandResult result = Run("gone -o splits");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "dsplit: error: gone: cannot read the folder: No such file or directory\n");
}

TEST_F(DsplitTest, SplitsTheFlowers) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const CommandResult result = Run("'" + (data / "flowers").string() + "' -o splits --ratio 60,20,20 --seed 1");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("total       2589  865   863   4317\n"), std::string::npos) << result.out;
  EXPECT_EQ(LoadSplitRoot(dir_ / "splits"), data / "flowers");
}

}  // namespace
}  // namespace dataset
