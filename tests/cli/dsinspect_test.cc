// What a person sees of dsinspect.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "dataset/compiler.h"
#include "dataset/file.h"
#include "dataset/record_writer.h"
#include "tests/dataset/tiny_split.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;
using testing::TempDir;
using testing::WriteFile;

// Runs of blanks as one.
std::string Squeezed(const std::string& text) {
  std::string squeezed;
  for (const char c : text) {
    if (c != ' ' || !squeezed.ends_with(' ')) squeezed += c;
  }
  return squeezed;
}

bool Contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class DsinspectTest : public ::testing::Test {
 protected:
  DsinspectTest() {
    CompileOptions options = testing::TinySplit(dir_.path());
    options.resize = 16;
    info_ = testing::Compile(options);
  }

  CommandResult Run(const std::string& arguments) const {
    return RunCommand("cd '" + dir_.path().string() + "' && '" + (BinDir() / "dsinspect").string() + "' " + arguments);
  }

  TempDir dir_;
  DatasetInfo info_;
};

TEST_F(DsinspectTest, SummarisesADataset) {
  const CommandResult result = Run("out.ds");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const std::string& line :
       {std::string("name tiny\n"), std::string("store compressed, quality 95\n"),
        std::string("pictures RGB, short side at most 16\n"), std::string("classes 2\n"),
        "manifest sha256 " + info_.manifest_sha256 + "\n", "fingerprint " + info_.fingerprint + "\n",
        std::string("written by dscompile 0.1.0\n"), std::string("class train val test\n"),
        std::string("class_a 4 2 2\n"), std::string("records 8 4 4\n"), std::string("shards 1 1 1\n")}) {
    EXPECT_TRUE(Contains(Squeezed(result.out), line)) << line << " is not in:\n" << result.out;
  }
}

TEST_F(DsinspectTest, SummarisesAnyTfRecordFile) {
  const CommandResult shard = Run("out.ds/tiny-val.tfrecord-00000-of-00001");
  EXPECT_EQ(shard.exit_code, 0) << shard.err;
  EXPECT_TRUE(Contains(shard.out, "records      4\n")) << shard.out;
  EXPECT_TRUE(Contains(shard.out, "compression  none\n")) << shard.out;
  EXPECT_TRUE(Contains(shard.out, "image/dtype        bytes, 5 long: uint8\n")) << shard.out;
  EXPECT_TRUE(Contains(shard.out, "image/channels     int64, 3\n")) << shard.out;

  RecordWriter(dir_ / "empty").Close(Sync::kNo);
  EXPECT_TRUE(Contains(Run("empty").out, "records      0\n"));
  RecordWriter writer(dir_ / "other");
  writer.Write("\xff");
  writer.Close(Sync::kNo);
  EXPECT_TRUE(Contains(Run("other").out, "(no Example)")) << Run("other").out;
}

TEST_F(DsinspectTest, VerifySaysThatAllIsWell) {
  const CommandResult result = Run("verify out.ds");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  uint64_t bytes = 0;
  for (const DatasetSplit& split : info_.splits) bytes += split.shards[0].bytes;
  EXPECT_EQ(result.out, "16 records in 3 files, " + std::to_string(bytes) + " bytes: all well\n");
  EXPECT_TRUE(Contains(Run("verify out.ds/tiny-val.tfrecord-00000-of-00001").out, "4 records in 1 file, "));
}

TEST_F(DsinspectTest, VerifyNamesTheDamage) {
  const fs::path shard = dir_ / "out.ds/tiny-val.tfrecord-00000-of-00001";
  std::string bytes = ReadFile(shard);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  WriteFile(shard, bytes);
  for (const char* path : {"out.ds", "out.ds/tiny-val.tfrecord-00000-of-00001"}) {
    const CommandResult result = Run(std::string("verify ") + path);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_TRUE(Contains(result.out, "out.ds/tiny-val.tfrecord-00000-of-00001: record 3 at byte ")) << result.out;
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1);
  }
  EXPECT_EQ(Run("out.ds/tiny-val.tfrecord-00000-of-00001").exit_code, 1);
}

TEST_F(DsinspectTest, WrongUsageEndsWithTwoAndAbsentFilesWithOne) {
  EXPECT_EQ(Run("").exit_code, 2);
  EXPECT_EQ(Run("verify").exit_code, 2);
  EXPECT_EQ(Run("out.ds raw").exit_code, 2);
  EXPECT_EQ(Run("absent").exit_code, 1);
  EXPECT_EQ(Run("verify absent").exit_code, 1);
  const CommandResult folder = Run("raw");
  EXPECT_EQ(folder.exit_code, 1);
  EXPECT_TRUE(Contains(folder.err, "is not a complete dataset")) << folder.err;
}

}  // namespace
}  // namespace dataset
