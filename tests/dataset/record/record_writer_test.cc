#include "dataset/record/record_writer.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_format.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;
using testing::TempDir;

TEST(RecordWriterTest, PublishedVectors) {
  const TempDir dir;
  RecordWriter writer(dir / "f");
  EXPECT_EQ(writer.Write("abc"), 0u);
  EXPECT_EQ(writer.Write(""), 19u);
  EXPECT_EQ(writer.Write("123456789"), 35u);
  EXPECT_EQ(writer.bytes(), 60u);
  EXPECT_EQ(writer.records(), 3u);
  writer.Close(Sync::kNo);
  const std::string expected = FromHex(
      "0300000000000000 b099490e 616263 6e57f121"
      "0000000000000000 29039807 d8ea82a2"
      "0900000000000000 37f97139 313233343536373839 e5b08ac7");
  EXPECT_EQ(ReadFile(dir / "f"), expected);
  EXPECT_EQ(writer.crc32c(), Crc32c(expected));
}

TEST(RecordWriterTest, NoRecordsIsAnEmptyFile) {
  const TempDir dir;
  RecordWriter writer(dir / "f");
  writer.Close(Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "f"), "");
  EXPECT_EQ(writer.crc32c(), 0u);
}

TEST(RecordWriterTest, MakesTheGoldenFile) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const TempDir dir;
  RecordWriter writer(dir / "f");
  writer.Write("abc");
  writer.Write(ReadFile(data / "golden/ex.bin"));
  writer.Write("");
  writer.Close(Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "f"), ReadFile(data / "golden/two.tfrecord"));
}

TEST(RecordWriterTest, AFramedRecordIsTheWritersRecord) {
  const testing::TempDir dir;
  std::string framed;
  RecordWriter writer(dir / "records");
  for (const std::string& payload : {std::string(), std::string("a"), std::string(1000, '\xfe')}) {
    writer.Write(payload);
    framed += FrameRecord(payload);
  }
  writer.Close(Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "records"), framed);
}

TEST(RecordWriterTest, RefusesAPayloadAboveTheLimit) {
  const size_t size = kMaxRecordBytes + 1;
  void* const reserved = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(reserved, MAP_FAILED);
  const TempDir dir;
  RecordWriter writer(dir / "f");
  writer.Write("abc");
  try {
    writer.Write({static_cast<const char*>(reserved), size});
    ADD_FAILURE() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(
        error.what(),
        (dir / "f").string() + ": record 1 at byte 19: a payload of 2147483648 bytes is above the limit of 2147483647");
  }
  munmap(reserved, size);
  EXPECT_EQ(writer.bytes(), 19u);
}

}  // namespace
}  // namespace dataset
