// Tests what a person sees of dsinspect.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "dataset/compile/compiler.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_reader.h"
#include "dataset/record/record_writer.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/dataset/read/foreign_file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;
using testing::TempDir;
using testing::WriteFile;

// Replaces each run of blanks by one.
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
    options.box_fit.width = options.box_fit.height = 16;
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

TEST_F(DsinspectTest, CatPrintsARecordThatProtocTakesBack) {
  const fs::path shard = dir_ / "out.ds/tiny-val.tfrecord-00000-of-00001";
  RecordReader reader(shard);
  reader.Next();
  const std::string payload(*reader.Next());
  const std::string encode = " --full | protoc --deterministic_output --encode=dstools.Example -I '" +
                             (testing::SourceDir() / "proto").string() + "' example.proto >bytes";
  for (const std::string& from : {std::string("out.ds --split val"), "'" + shard.string() + "'"}) {
    const CommandResult result = Run("cat " + from + " --record 1" + encode);
    EXPECT_EQ(result.err, "");
    EXPECT_TRUE(ReadFile(dir_ / "bytes") == payload);
    const CommandResult cut = Run("cat " + from + " --record 1");
    EXPECT_TRUE(Contains(cut.out, "\"  # 64 of ")) << cut.out;
    EXPECT_TRUE(Contains(cut.out, "value: \"class_")) << cut.out;
  }
  const CommandResult beyond = Run("cat out.ds --split val --record 4");
  EXPECT_EQ(beyond.exit_code, 1);
  EXPECT_TRUE(Contains(beyond.err, "has no record 4: there are 4, from 0")) << beyond.err;
  EXPECT_EQ(Run("cat out.ds --record 4").exit_code, 2);
  EXPECT_EQ(Run("cat '" + shard.string() + "' --split val --record 4").exit_code, 2);
}

TEST_F(DsinspectTest, ExtractWritesImageFiles) {
  const CommandResult result = Run("extract out.ds -o images --split test --no-fsync");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.err, "images: 4 images written")) << result.err;
  EXPECT_TRUE(fs::exists(dir_ / "images/test/class_a/img_0003.jpg"));
  EXPECT_EQ(Run("extract out.ds -o images").exit_code, 1);
  EXPECT_EQ(Run("extract out.ds -o images --overwrite --split val --record 0").exit_code, 0);
  EXPECT_FALSE(fs::exists(dir_ / "images/test"));
  EXPECT_EQ(Run("extract out.ds -o . --overwrite").exit_code, 2);
}

TEST_F(DsinspectTest, DiffEndsWithOneIfAnythingDiffers) {
  const CommandResult same = Run("diff out.ds out.ds");
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_EQ(same.out, "");
  CompileOptions options = testing::TinyOptions(dir_.path());
  options.output = dir_ / "other.ds";
  options.box_fit.width = options.box_fit.height = 12;
  testing::Compile(options);
  const CommandResult other = Run("diff out.ds other.ds");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_TRUE(Contains(other.out, "resize: 16 -> 12\nwith another content: 16\n  class_a/img_0000.jpg\n")) << other.out;
  EXPECT_TRUE(Contains(other.out, "  ... (-v lists all)\n"));
  EXPECT_TRUE(Contains(Run("-v diff out.ds other.ds").out, "  class_b/img_0007.jpg\n"));
  EXPECT_EQ(Run("diff out.ds out.ds/tiny-val.tfrecord-00000-of-00001").exit_code, 2);
}

TEST_F(DsinspectTest, SheetDrawsAJpeg) {
  const CommandResult result = Run("sheet out.ds -o sheet.jpg --per-class 3 --size 32");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.err, "sheet.jpg: 6 pictures of 2 classes")) << result.err;
  EXPECT_TRUE(ReadFile(dir_ / "sheet.jpg").starts_with("\xff\xd8\xff"));
  for (const auto& [wrong, message] : {std::pair("--size 2", "--size must be 16 to 1024\n"),
                                       std::pair("--per-class 0", "--per-class must be 1 to 1000\n")}) {
    const CommandResult refused = Run("sheet out.ds -o sheet.jpg " + std::string(wrong));
    EXPECT_EQ(refused.exit_code, 2) << wrong;
    EXPECT_TRUE(Contains(refused.err, message)) << refused.err;
  }
}

TEST_F(DsinspectTest, AugmentDrawsASheet) {
  const CommandResult result = Run("augment out.ds --preset standard -o sheet.jpg");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.err, "sheet.jpg: 8 pictures, each as it is and in 8 epochs")) << result.err;
  EXPECT_TRUE(ReadFile(dir_ / "sheet.jpg").starts_with("\xff\xd8\xff"));
  EXPECT_EQ(Run("augment out.ds --split val --augment rotation,mixup --fit pad --image-size 16 -o x.jpg").exit_code, 0);
  for (const auto& [wrong, message] :
       {std::pair("--preset strng", "did you mean 'strong'?"), std::pair("--augment flop", "did you mean 'flip'?"),
        std::pair("--augment none.toml", "none.toml"), std::pair("--preset light --augment flip", "--augment"),
        std::pair("--image-size 0", "--image-size must be 1 to 8192\n"),
        std::pair("--pictures 0", "--pictures must be 1 to 100\n"), std::pair("--fit contain", "--fit")}) {
    const CommandResult refused = Run("augment out.ds -o x.jpg " + std::string(wrong));
    EXPECT_NE(refused.exit_code, 0) << wrong;
    EXPECT_TRUE(Contains(refused.err, message)) << refused.err;
  }
}

TEST_F(DsinspectTest, IndexGoesOnAfterABadFile) {
  const fs::path index = dir_ / "out.ds/tiny-val.tfrecord-00000-of-00001.idx";
  const std::string lines = ReadFile(index);
  fs::remove(index);
  WriteFile(dir_ / "bad", "bad");
  const CommandResult result = Run("index bad out.ds/tiny-val.tfrecord-00000-of-00001 absent");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(ReadFile(index), lines);
  EXPECT_FALSE(fs::exists(dir_ / "bad.idx"));
  EXPECT_TRUE(Contains(result.err, "bad: record 0 at byte 0: cut off")) << result.err;
  EXPECT_TRUE(Contains(result.err, "absent: cannot open")) << result.err;
  EXPECT_EQ(Run("index out.ds/tiny-val.tfrecord-00000-of-00001").exit_code, 0);
}

TEST_F(DsinspectTest, OtherProgramsFoldersAreReadByTheirKeys) {
  fs::create_directories(dir_ / "foreign");
  for (const int shard : {0, 1}) {
    std::vector<Example> examples;
    for (int i = 0; i < 3; ++i) {
      examples.push_back({{"jpg", testing::Text(testing::Jpeg(static_cast<uint32_t>(3 * shard + i)))},
                          {"cls", std::vector<int64_t>{1 + i % 2}}});
    }
    testing::WriteExamples(dir_ / ("foreign/validation-0000" + std::to_string(shard) + "-of-00002"), examples);
  }
  WriteFile(dir_ / "foreign/labels.txt", "0:background\n1:cat\n2:dog\n");
  const std::string flags = " --keys image=jpg,label=cls --label-base 1";
  const CommandResult summary = Run("foreign" + flags);
  EXPECT_EQ(summary.exit_code, 0) << summary.err;
  for (const char* line : {"files foreign\n", "pictures image files\n", "classes 2\n", "first label 1\n",
                           "written by another program\n", "class val\n", "cat 4\n", "dog 2\n", "records 6\n"}) {
    EXPECT_TRUE(Contains(Squeezed(summary.out), line)) << line << " is not in:\n" << summary.out;
  }
  EXPECT_EQ(Run("verify foreign").out, "6 records in 2 files, " +
                                           std::to_string(fs::file_size(dir_ / "foreign/validation-00000-of-00002") +
                                                          fs::file_size(dir_ / "foreign/validation-00001-of-00002")) +
                                           " bytes: all well\n");
  EXPECT_EQ(Run("extract foreign -o images --no-fsync" + flags).exit_code, 0);
  EXPECT_EQ(ReadFile(dir_ / "images/val/dog/1.jpg"), testing::Jpeg(1));
  EXPECT_TRUE(Contains(Run("cat foreign --split val --record 4" + flags).out, "key: \"cls\""));
  EXPECT_EQ(Run("sheet 'foreign/validation-*' -o sheet.jpg --no-fsync" + flags).exit_code, 0);

  EXPECT_EQ(Run("--keys image=jpg,label=cls foreign --label-base 1").out, summary.out) << "--keys takes one word";
  const CommandResult plain = Run("foreign");
  EXPECT_EQ(plain.exit_code, 1);
  EXPECT_TRUE(Contains(plain.err, "lacks image/encoded, but has cls, jpg; --keys image=KEY,label=KEY names them"))
      << plain.err;
  for (const auto& [wrong, message] :
       {std::pair("foreign --keys image", "--keys: 'image' is not ROLE=KEY"),
        std::pair("foreign --keys imag=jpg", "--keys: no feature is named 'imag'"),
        std::pair("foreign --layout nchw", "--layout"), std::pair("foreign --scale bytes", "--scale"),
        std::pair("foreign --label-base -1", "--label-base"),
        std::pair("out.ds --label-base 1",
                  "--keys, --label-base, --classes, --layout and --scale are for files of other"),
        std::pair("foreign --keys image=jpg,label=cls --label-base 1 --layout chw",
                  "--layout does not apply: the records hold image files, which have their own\n"),
        std::pair("foreign --keys image=jpg,label=cls --label-base 1 --scale unit",
                  "--scale does not apply: the records hold no floats\n"),
        std::pair("cat out.ds --record 1", "--record counts within a split; name it with --split\n"),
        std::pair("extract out.ds/tiny-val.tfrecord-00000-of-00001 -o x --split val", "--split does not apply: ")}) {
    const CommandResult refused = Run(wrong);
    EXPECT_EQ(refused.exit_code, 2) << wrong;
    EXPECT_TRUE(Contains(refused.err, message)) << refused.err;
  }
  fs::remove(dir_ / "foreign/validation-00000-of-00002");
  const CommandResult missing = Run("verify foreign");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_TRUE(Contains(missing.out, "foreign/validation-00000-of-00002: is missing, one of 2 shards")) << missing.out;
}

TEST_F(DsinspectTest, ClassesWithoutRecordsFillNoPages) {
  fs::create_directories(dir_ / "sparse");
  std::vector<Example> examples;
  for (const int64_t label : {0, 99999, 0}) examples.push_back(testing::ForeignExample(testing::Jpeg(1), label));
  testing::WriteExamples(dir_ / "sparse/train.tfrecord", examples);
  const CommandResult sparse = Run("sparse");
  EXPECT_EQ(std::count(sparse.out.begin(), sparse.out.end(), '\n'), 14) << sparse.out;
  EXPECT_TRUE(Contains(Squeezed(sparse.out), "class train\n0 2\n99999 1\n(99998 classes without records) 0\n"))
      << sparse.out;
  EXPECT_TRUE(Contains(sparse.err, "dsinspect: warning: only 2 of 100000 classes have records")) << sparse.err;
  examples.resize(1);
  for (const int64_t label : {3, 5}) examples.push_back(testing::ForeignExample(testing::Jpeg(1), label));
  testing::WriteExamples(dir_ / "sparse/train.tfrecord", examples);
  EXPECT_TRUE(Contains(Squeezed(Run("sparse").out), "0 1\n1 0\n2 0\n3 1\n4 0\n5 1\nrecords 3\n"));
}

TEST_F(DsinspectTest, AMisspeltCommandIsAnsweredWithTheNearest) {
  for (const auto& [misspelt, meant] : {std::pair("verfy out.ds", "verify"), std::pair("ct out.ds --record 3", "cat"),
                                        std::pair("sheets out.ds -o x.jpg", "sheet"), std::pair("dif a b", "diff"),
                                        std::pair("extrat out.ds -o x", "extract")}) {
    const CommandResult result = Run(misspelt);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(Contains(result.err, "did you mean '" + std::string(meant) + "'?")) << result.err;
  }
  EXPECT_TRUE(Contains(Run("cat out.ds --reccord 3").err, "did you mean '--record'?"));
}

TEST_F(DsinspectTest, WrongUsageEndsWithTwoAndAbsentFilesWithOne) {
  EXPECT_EQ(Run("").exit_code, 2);
  EXPECT_EQ(Run("verify").exit_code, 2);
  EXPECT_EQ(Run("out.ds raw").exit_code, 2);
  EXPECT_EQ(Run("absent").exit_code, 1);
  EXPECT_EQ(Run("verify absent").exit_code, 1);
  const CommandResult folder = Run("raw");
  EXPECT_EQ(folder.exit_code, 1);
  EXPECT_TRUE(Contains(folder.err, "raw: is a folder of pictures, not a dataset")) << folder.err;
}

}  // namespace
}  // namespace dataset
