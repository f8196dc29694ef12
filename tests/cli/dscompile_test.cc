// What a person sees of dscompile.
#include <gtest/gtest.h>

#include <filesystem>

#include "dataset/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::MakeImageFolder;
using testing::RunCommand;
using testing::TempDir;
using testing::WriteFile;

bool Contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class DscompileTest : public ::testing::Test {
 protected:
  DscompileTest() { MakeImageFolder(dir_ / "my photos", 2, 4, 24); }

  CommandResult Shell(const std::string& command) const {
    return RunCommand("cd '" + dir_.path().string() + "' && " + command);
  }
  CommandResult Run(const std::string& arguments) const {
    return Shell("'" + (BinDir() / "dscompile").string() + "' " + arguments);
  }
  void Split() const {
    const CommandResult result = Shell("'" + (BinDir() / "dsplit").string() +
                                       "' 'my photos' -o splits --ratio 50,25,25 --min-per-class 3 --seed 1");
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  TempDir dir_;
};

TEST_F(DscompileTest, CompilesWhatDsplitSplit) {
  Split();
  const CommandResult result =
      Run("splits/manifest.csv -o out.ds --store raw --resize 16 --jobs 2 --shards 2 --seed 3");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.out, "split  records  rejected  shards")) << result.out;
  EXPECT_TRUE(Contains(result.out, "train        4         0       2")) << result.out;
  EXPECT_TRUE(Contains(result.err, "out.ds: written in ")) << result.err;
  EXPECT_TRUE(Contains(result.err, "images/s")) << result.err;
  EXPECT_TRUE(fs::exists(dir_ / "out.ds/my_photos-train.tfrecord-00001-of-00002"));
}

TEST_F(DscompileTest, TheSameAgainIsUnchangedAndAnotherNeedsOverwrite) {
  Split();
  ASSERT_EQ(Run("splits/manifest.csv -o out.ds").exit_code, 0);
  const CommandResult again = Run("splits/manifest.csv -o out.ds/ --jobs 1");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_TRUE(Contains(again.err, "unchanged")) << again.err;
  const CommandResult refused = Run("splits/manifest.csv -o out.ds --quality 80");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_TRUE(Contains(refused.err, "quality: 95 there, 80 here")) << refused.err;
  EXPECT_TRUE(Contains(refused.err, "--overwrite")) << refused.err;
  EXPECT_EQ(Run("splits/manifest.csv -o out.ds --quality 80 --overwrite").exit_code, 0);
}

TEST_F(DscompileTest, ItsConfigGivesTheSameDataset) {
  Split();
  ASSERT_EQ(Run("splits/manifest.csv -o a.ds --store normalized --scale signed --dtype float16 --resize 8").exit_code,
            0);
  const CommandResult result = Run("splits/manifest.csv -o b.ds --config a.ds/config.toml --jobs 1");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const CommandResult same = Shell("diff -r a.ds b.ds");
  EXPECT_EQ(same.exit_code, 0) << same.out;
}

TEST_F(DscompileTest, RejectsAreListed) {
  for (int i = 0; i < 3; ++i) WriteFile(dir_ / ("my photos/class_a/x" + std::to_string(i) + ".jpg"), "no image");
  std::string manifest = "path,label,split\n";
  for (const char* name : {"img_0000", "img_0001", "x0", "x1", "x2"}) {
    manifest += "class_a/" + std::string(name) + ".jpg,class_a,train\n";
  }
  WriteFile(dir_ / "manifest.csv", manifest);
  const CommandResult result = Run("manifest.csv -o out.ds --root 'my photos'");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.err, "3 files rejected, see out.ds/rejected.csv:\n  class_a/x0.jpg: ")) << result.err;
  EXPECT_TRUE(Contains(result.out, "train        2         3       1")) << result.out;
  EXPECT_TRUE(Contains(ReadFile(dir_ / "out.ds/rejected.csv"), "class_a/x2.jpg,"));
}

TEST_F(DscompileTest, WrongUsageEndsWithTwo) {
  Split();
  const struct {
    const char* arguments;
    const char* message;
  } cases[] = {
      {"", "manifest"},
      {"splits/manifest.csv", "output"},
      {"splits/manifest.csv -o out.ds --store compresed", "did you mean"},
      {"splits/manifest.csv -o out.ds --channels 2", "channels"},
      {"splits/manifest.csv -o out.ds --quality 0", "quality"},
      {"splits/manifest.csv -o out.ds --jobs 0", "jobs"},
      {"splits/manifest.csv -o out.ds --shards 0", "shards"},
      {"splits/manifest.csv -o out.ds --name a/b", "name"},
      {"splits/manifest.csv -o out.ds --rezise 8", "--resize"},
      {"splits/manifest.csv -o .", "holds the manifest"},
  };
  for (const auto& [arguments, message] : cases) {
    const CommandResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments;
    EXPECT_TRUE(Contains(result.err, message)) << result.err;
    EXPECT_EQ(result.out, "");
  }
  EXPECT_FALSE(fs::exists(dir_ / "out.ds"));
}

TEST_F(DscompileTest, FailuresEndWithOneAndLeaveNothing) {
  Split();
  EXPECT_EQ(Run("absent.csv -o out.ds").exit_code, 1);
  // A limit on the size of files stands for a full disk.
  const CommandResult full = Shell("trap '' XFSZ; ulimit -f 1; '" + (BinDir() / "dscompile").string() +
                                   "' splits/manifest.csv -o out.ds --store raw");
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_TRUE(Contains(full.err, "dscompile: error: ")) << full.err;
  EXPECT_TRUE(Contains(full.err, "cannot write")) << full.err;
  fs::remove_all(dir_ / "my photos");
  EXPECT_EQ(Run("splits/manifest.csv -o out.ds").exit_code, 1);
  EXPECT_FALSE(fs::exists(dir_ / "out.ds"));
  EXPECT_FALSE(fs::exists(dir_ / ".out.ds.incomplete"));
}

// Reading a FIFO blocks until somebody writes to it, so the signal always comes in the middle.
TEST_F(DscompileTest, AnInterruptEndsWith130AndLeavesNothing) {
  std::string manifest = "path,label,split\n";
  for (const char* name : {"fifo", "img_0000.jpg", "img_0001.jpg"}) {
    manifest += "class_a/" + std::string(name) + ",class_a,train\n";
  }
  WriteFile(dir_ / "manifest.csv", manifest);
  const CommandResult result = Shell("mkfifo 'my photos/class_a/fifo'; '" + (BinDir() / "dscompile").string() +
                                     "' manifest.csv -o out.ds --root 'my photos' --jobs 1 --shards 1 & pid=$!; "
                                     "exec 3> 'my photos/class_a/fifo'; kill -TERM $pid; exec 3>&-; wait $pid");
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_TRUE(Contains(result.err, "interrupted")) << result.err;
  EXPECT_FALSE(fs::exists(dir_ / "out.ds"));
  EXPECT_FALSE(fs::exists(dir_ / ".out.ds.incomplete"));
}

}  // namespace
}  // namespace dataset
