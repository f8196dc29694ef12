#include "dataset/record/index_builder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_writer.h"
#include "dataset/record/shard_index.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

class IndexBuilderTest : public ::testing::Test {
 protected:
  IndexBuilderTest() {
    RecordWriter writer(file_);
    for (const std::string& payload : {std::string("abc"), std::string(159, 'x'), std::string()}) writer.Write(payload);
    writer.Close(Sync::kNo);
    good_ = ReadFile(file_);
  }

  // Returns the message of the Error, or "" if an index was written.
  std::string Build(const std::string& bytes) {
    WriteFile(file_, bytes);
    try {
      BuildIndex(file_, Sync::kNo);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  const TempDir dir_;
  const fs::path file_ = dir_ / "x.tfrecord";
  const fs::path index_ = dir_ / "x.tfrecord.idx";
  std::string good_;
};

TEST_F(IndexBuilderTest, WritesDalisLines) {
  EXPECT_EQ(BuildIndex(file_, Sync::kYes), 3u);
  EXPECT_EQ(ReadFile(index_), "0 19\n19 175\n194 16\n");
}

TEST_F(IndexBuilderTest, AFileWithoutRecordsHasAnEmptyIndex) {
  EXPECT_EQ(Build(""), "");
  EXPECT_EQ(ReadFile(index_), "");
}

TEST_F(IndexBuilderTest, ReplacesAStaleIndex) {
  WriteFile(index_, "0 1\n");
  EXPECT_EQ(Build(good_), "");
  EXPECT_EQ(ReadFile(index_), "0 19\n19 175\n194 16\n");
}

TEST_F(IndexBuilderTest, AFileThatIsNoIndexIsNotReplaced) {
  for (const char* other : {"{\"offsets\": [0]}", "notes of mine\n", "0,19\n", "\x1f\x8b"}) {
    WriteFile(index_, other);
    EXPECT_NE(Build(good_).find("x.tfrecord.idx: is there and is no index of records"), std::string::npos) << other;
    EXPECT_EQ(ReadFile(index_), other);
  }
}

// tfrecord2idx prints a short last entry and ends with 0.
TEST_F(IndexBuilderTest, ATruncatedFileIsRefusedWhereverItIsCut) {
  for (size_t size = 1; size < good_.size(); ++size) {
    if (size == 19 || size == 194) continue;  // between records
    EXPECT_NE(Build(good_.substr(0, size)).find("cut off"), std::string::npos) << size;
    ASSERT_FALSE(fs::exists(index_)) << size;
  }
}

// tfrecord2idx prints garbage for such a file, or runs out of memory.
TEST_F(IndexBuilderTest, ACompressedFileIsRefused) {
  std::string zlib(compressBound(good_.size()), '\0');
  uLongf size = zlib.size();
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(zlib.data()), &size, reinterpret_cast<const Bytef*>(good_.data()),
                     good_.size()),
            Z_OK);
  EXPECT_NE(Build(zlib.substr(0, size)).find("is compressed"), std::string::npos);
  const gzFile gzip = gzopen(file_.c_str(), "wb");
  gzwrite(gzip, good_.data(), static_cast<unsigned>(good_.size()));
  gzclose(gzip);
  EXPECT_NE(Build(ReadFile(file_)).find("is compressed"), std::string::npos);
  EXPECT_FALSE(fs::exists(index_));
}

// tfrecord2idx never looks at a checksum.
TEST_F(IndexBuilderTest, AFlippedBitIsRefusedWhereverItIs) {
  for (size_t byte = 0; byte < good_.size(); ++byte) {
    std::string bad = good_;
    bad[byte] = static_cast<char>(bad[byte] ^ 1 << byte % 8);
    EXPECT_NE(Build(bad), "") << byte;
  }
  EXPECT_FALSE(fs::exists(index_));
}

TEST_F(IndexBuilderTest, ARefusedFileKeepsTheIndexThatWasThere) {
  WriteFile(index_, "0 1\n");
  EXPECT_NE(Build(good_ + "x"), "");
  EXPECT_EQ(ReadFile(index_), "0 1\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 2);
}

TEST_F(IndexBuilderTest, WhatIsNoFileIsRefused) {
  EXPECT_THROW(BuildIndex(dir_.path(), Sync::kNo), Error);
  EXPECT_THROW(BuildIndex(dir_ / "absent", Sync::kNo), Error);
  EXPECT_NE(Build("0 19\n19 175\n194 16\n"), "");
}

TEST_F(IndexBuilderTest, FilesOfOtherPrograms) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  for (const char* name : {"golden/one.tfrecord", "tfrecords/ecosystem_plain.tfrecord",
                           "tfrecords/flowers_validation_00001-of-00005.tfrecord", "tfrecords/gotfdata_single.record",
                           "tfrecords/torchdata_sequence_example.tfrecord"}) {
    const std::string bytes = ReadFile(data / name);
    EXPECT_EQ(Build(bytes), "") << name;
    EXPECT_NO_THROW(ParseIndex(ReadFile(index_), bytes.size(), name));
    fs::remove(index_);
  }
  for (const char* name :
       {"golden/truncated.tfrecord", "golden/two.tfrecord.gz", "tfrecords/ecosystem_gzip.tfrecord.gz"}) {
    EXPECT_NE(Build(ReadFile(data / name)), "") << name;
    EXPECT_FALSE(fs::exists(index_)) << name;
  }
}

}  // namespace
}  // namespace dataset
