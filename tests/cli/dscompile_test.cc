// Tests what a person sees of dscompile.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "dataset/io/file.h"
#include "tests/testing/pictures.h"
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
                                       "' 'my photos' -o splits --ratio 50,25,25 --min-per-class 4 --seed 1");
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

TEST_F(DscompileTest, WarnsOfClassesThatAreMissingInASplit) {
  Split();
  for (const char* split : {"train", "val"}) {
    std::string rows = "path,label,split\n";
    const std::string class_b = std::string(split) == "train" ? "val" : "train";
    for (int i = 0; i < 4; ++i) {
      const std::string name = "img_000" + std::to_string(i) + ".jpg";
      rows += "class_a/" + name + ",class_a," + (i < 2 ? "train" : "val") + "\n";
      rows += "class_b/" + name + ",class_b," + class_b + "\n";
    }
    WriteFile(dir_ / (std::string(split) + ".csv"), rows);
    const CommandResult result = Run(std::string(split) + ".csv --root 'my photos' -o " + split + ".ds");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(Contains(result.err, std::string("dscompile: warning: 1 of 2 classes without images in ") + split +
                                         ", the first class_b\n"))
        << result.err;
  }
}

TEST_F(DscompileTest, TheSameAgainIsUnchangedAndAnotherNeedsOverwrite) {
  Split();
  ASSERT_EQ(Run("splits/manifest.csv -o out.ds").exit_code, 0);
  const CommandResult again = Run("splits/manifest.csv -o out.ds/ --jobs 1");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_TRUE(Contains(again.err, "unchanged")) << again.err;
  const CommandResult refused = Run("splits/manifest.csv -o out.ds --quality 80");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_TRUE(Contains(refused.err, "(it differs in --quality: 95 there, 80 here); --overwrite replaces it"))
      << refused.err;
  EXPECT_EQ(Run("splits/manifest.csv -o out.ds --quality 80 --overwrite").exit_code, 0);
}

TEST_F(DscompileTest, WarnsOfPhotosThatAreNewer) {
  Split();
  ASSERT_EQ(Run("splits/manifest.csv -o out.ds").exit_code, 0);
  const CommandResult again = Run("splits/manifest.csv -o out.ds");
  EXPECT_FALSE(Contains(again.err, "warning")) << again.err;
  fs::last_write_time(dir_ / "my photos/class_a/img_0001.jpg",
                      fs::last_write_time(dir_ / "out.ds/dataset.json") + std::chrono::hours(1));
  const CommandResult newer = Run("splits/manifest.csv -o out.ds");
  EXPECT_EQ(newer.exit_code, 0);
  EXPECT_TRUE(Contains(newer.err,
                       "dscompile: warning: 1 photo is newer than the dataset, the first class_a/img_0001.jpg; "
                       "--overwrite compiles them anew\n"))
      << newer.err;
  EXPECT_TRUE(Contains(newer.err, "out.ds: unchanged")) << newer.err;
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

TEST_F(DscompileTest, SaysWhatItDidNotDecode) {
  Split();
  const char* const said = "images are stored as they are, of which only the headers were read; --check full";
  EXPECT_TRUE(Contains(Run("splits/manifest.csv -o a.ds --check header").err, said));
  EXPECT_FALSE(Contains(Run("splits/manifest.csv -o b.ds --check full").err, said));
  EXPECT_FALSE(Contains(Run("splits/manifest.csv -o c.ds --check header --resize 8").err, said));
}

TEST_F(DscompileTest, DepthIsScaledWithAWord) {
  for (int i = 0; i < 8; ++i) {
    WriteFile(dir_ / ("my photos/class_" + std::string(i % 2 == 0 ? "a/" : "b/") + std::to_string(i) + ".png"),
              testing::DeepPng(2, {0, 1000, 4000, static_cast<uint16_t>(i)}));
  }
  fs::remove_all(dir_ / "splits");
  Split();
  const CommandResult result = Run("splits/manifest.csv -o a.ds");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.err,
                       "dscompile: warning: 8 pictures have more than 8 bits a channel, with values of 0 "
                       "to 4000 in 5 of them: of 12 bits the high 8 are taken; --depth scales otherwise\n"))
      << result.err;
  EXPECT_TRUE(Contains(Run("splits/manifest.csv -o b.ds --depth 8").err,
                       "8 images have values outside of those that become 0 to 255; they are clipped, and --depth says "
                       "otherwise\n"));
  const CommandResult range = Run("splits/manifest.csv -o c.ds --depth -96,4000");
  EXPECT_EQ(range.exit_code, 0) << range.err;
  const CommandResult facts = Shell("'" + (BinDir() / "dsinspect").string() + "' c.ds");
  EXPECT_TRUE(Contains(facts.out, "depth        -96 to 4000 became 0 to 255, of more than 8 bits\n")) << facts.out;
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
      {"splits/manifest.csv -o out.ds --channels 2", "--channels must be 0, 1 or 3\n"},
      {"splits/manifest.csv -o out.ds --quality 0", "--quality must be 1 to 100\n"},
      {"splits/manifest.csv -o out.ds --jobs 0", "--jobs must be 1 to 1024\n"},
      {"splits/manifest.csv -o out.ds --shards 0", "--shards must be 1 to 99999\n"},
      {"splits/manifest.csv -o out.ds --name a/b", "--name must be a letter, then letters, digits and _\n"},
      {"splits/manifest.csv -o out.ds --rezise 8", "--resize"},
      {"splits/manifest.csv -o .", "the output folder . holds the manifest or the photos; choose another folder\n"},
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
  // A limit on the size of files makes a write fail, as a full disk would.
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

// Reading a FIFO blocks until somebody writes to it, so the signal always comes before the first photo.
TEST_F(DscompileTest, AnInterruptEndsWith130AndLeavesNothing) {
  Split();
  const CommandResult result =
      Shell("mkfifo fifo; '" + (BinDir() / "dscompile").string() +
            "' fifo -o out.ds --root 'my photos' & pid=$!; "
            "exec 3> fifo; kill -TERM $pid; cat splits/manifest.csv >&3; exec 3>&-; wait $pid");
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_TRUE(Contains(result.err, "interrupted")) << result.err;
  EXPECT_FALSE(fs::exists(dir_ / "out.ds"));
  EXPECT_FALSE(fs::exists(dir_ / ".out.ds.incomplete"));
}

TEST_F(DscompileTest, TheCommandLinesOfTheManual) {
  Split();
  for (const char* arguments : {
           "-o A.ds --store raw --resize 16 --fit cover --jobs 2",
           "-o B.ds --store normalized --resize 12x16 --mean auto --std auto --dtype float16",
           "-o C.ds --store compressed --resize 16 --encode jpeg --quality 90 --on-bad skip --max-bad 5%",
           "-o C.ds --store compressed --resize 16 --encode jpeg --quality 90 --on-bad skip --max-bad 5% --resume",
           "-o D.ds --worker 1/2 --shards 3",
           "-o D.ds --worker 2/2 --shards 3",
           "-o D.ds --finish",
           "-o E.ds --tfds --name photos",
           "-o F.ds --keys image=jpg,label=cls,shape=size --compression gzip --shard-size 1KiB",
           "-o stats.json --stats-only --store normalized --mean auto",
           "-o G.ds --store normalized --mean auto --stats stats.json --worker 1/1",
       }) {
    const CommandResult result = Run("splits/manifest.csv " + std::string(arguments));
    EXPECT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
  }
  for (const char* folder : {"A.ds", "B.ds", "C.ds", "D.ds", "E.ds", "F.ds"}) {
    const CommandResult result = Shell("'" + (BinDir() / "dsinspect").string() + "' verify " + folder);
    EXPECT_EQ(result.exit_code, 0) << folder << result.out << result.err;
  }
  for (const char* name : {"dataset_info.json", "features.json", "label.labels.txt"}) {
    EXPECT_TRUE(fs::exists(dir_ / "E.ds" / name)) << name;
  }
}

TEST_F(DscompileTest, FlagsThatMakeNoSenseAreWrongUsage) {
  Split();
  const struct {
    const char* arguments;
    const char* message;
  } cases[] = {
      {"--resize 10y10", "neither N nor WxH"},
      {"--resize x10", "neither N nor WxH"},
      {"--resize 10x", "neither N nor WxH"},
      {"--resize -5", "neither N nor WxH"},
      {"--resize 10x20 --fit short", "--fit short takes --resize N"},
      {"--fit cover", "--fit cover, contain and stretch need --resize\n"},
      {"--resize 8 --fit stretsh", "did you mean"},
      {"--pad-colour 1,2", "red, green and blue"},
      {"--pad-colour 1,2,256", "red, green and blue"},
      {"--resize 0x5", "--resize WxH must have both sides above 0\n"},
      {"--resize 20000", "--resize must be at most 16384\n"},
      {"--depth 7", "--depth must be 8 to 16 bits\n"},
      {"--depth 17", "--depth must be 8 to 16 bits\n"},
      {"--depth 4095,0", "--depth LOW,HIGH must be two numbers, the first below the second, such as 0,4095\n"},
      {"--depth -5,-5", "--depth LOW,HIGH must be two numbers"},
      {"--depth 1,2,3", "--depth takes auto, high-byte, min-max, a number of bits"},
      {"--depth 0,x", "--depth"},
      {"--depth half", "--depth takes auto, high-byte, min-max, a number of bits"},
      {"--depth ''", "--depth takes auto, high-byte, min-max, a number of bits"},
      {"--mean auto", "--mean and --std are for --store normalized with --scale standard\n"},
      {"--store normalized --mean 0.5", "--mean must be auto, imagenet or one number a channel"},
      {"--store normalized --std 1,1,0", "--std must be above 0\n"},
      {"--store normalized --scale unit --mean auto", "with --scale standard\n"},
      {"--on-bad fail --max-bad 3", "--max-bad is for --on-bad skip"},
      {"--max-bad 1.5", "neither a number of files nor a part"},
      {"--max-bad 101%", "neither a number of files nor a part"},
      {"--max-bad -1", "neither a number of files nor a part"},
      {"--keys image", "is not ROLE=KEY"},
      {"--keys image=a,image=b", "is there twice"},
      {"--keys picture=a", "--keys: no feature is named 'picture'"},
      {"--shards 2 --shard-size 5k", "--shards and --shard-size exclude each other\n"},
      {"--tfds --store raw", "--tfds needs --store compressed\n"},
      {"--tfds --keys image=x", "--tfds has its own keys; leave out --keys\n"},
      {"--encode png --store raw", "--encode is for --store compressed\n"},
      {"--transcode baseline --store raw", "--transcode is for --store compressed\n"},
      {"--worker 5/4", "there is no worker 5 of 4"},
      {"--worker 1/2 --finish", "--finish"},
      {"--resume --overwrite", "--overwrite"},
      {"--finish --store raw", "leave out --store"},
      {"--store normalized --mean auto --worker 1/2",
       "a worker needs --stats for --mean or --std auto; --stats-only computes them\n"},
      {"--stats x", "--stats are for --mean or --std auto\n"},
      {"--stats-only", "--stats-only is for --mean or --std auto\n"},
      {"--worker 1/2 --overwrite", "--overwrite is for --finish; a worker replaces nothing\n"},
      {"--fold -1", "--fold"},
  };
  for (const auto& [arguments, message] : cases) {
    const CommandResult result = Run("splits/manifest.csv -o out.ds " + std::string(arguments));
    EXPECT_EQ(result.exit_code, 2) << arguments << result.err;
    EXPECT_TRUE(Contains(result.err, message)) << arguments << "\n" << result.err;
  }
  EXPECT_FALSE(fs::exists(dir_ / "out.ds"));
  EXPECT_FALSE(fs::exists(dir_ / ".out.ds.incomplete"));
}

TEST_F(DscompileTest, EveryKillResumesToTheSameBytes) {
  MakeImageFolder(dir_ / "my photos", 2, 60, 48);
  Split();
  const CommandResult result =
      Shell("'" + (testing::SourceDir() / "tests/cli/kill_resume.sh").string() + "' '" + BinDir().string() +
            "' splits/manifest.csv 'my photos' kills 20 --shards 4 --resize 20");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_TRUE(Contains(result.out, "the bytes are the same")) << result.out;
}

}  // namespace
}  // namespace dataset
