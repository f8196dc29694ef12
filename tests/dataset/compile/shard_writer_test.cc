#include "dataset/compile/shard_writer.h"

#include <gtest/gtest.h>

#include "dataset/base/crc32c.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_reader.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::TempDir;

class ShardWriterTest : public ::testing::Test {
 protected:
  ShardWriterTest() {
    info_.classes = {"a", "b"};
    info_.channels = 1;
    info_.fingerprint = "f";
  }
  // Writes three records, a repeated one among them, and two rejects.
  ShardState Write() {
    ShardWriter writer(dir_.path(), {Split::kTrain, "shard", {}, "stamp"}, info_, Sync::kNo);
    Image picture(1, 2, 1);
    picture.data()[0] = 3;
    picture.data()[1] = 255;
    PixelSums sums;
    sums.Add(picture);
    writer.Write({WholePayload("one"), 0, false});
    writer.AddPixels(sums);
    writer.Skip({"bad.jpg", "cut off"}, false);
    writer.Skip({"bad.jpg", "cut off"}, true);
    writer.Write({WholePayload(""), 1, false});
    writer.Write({WholePayload("three"), 1, true});
    EXPECT_FALSE(std::filesystem::exists(dir_ / "shard.state"));
    writer.Finish();
    return ParseShardState(ReadFile(dir_ / "shard.state"), info_, "shard.state");
  }

  TempDir dir_;
  DatasetInfo info_;
};

TEST_F(ShardWriterTest, WritesRecordsIndexAndState) {
  const ShardState state = Write();
  std::vector<std::string> payloads;
  RecordReader reader(dir_ / "shard");
  while (const auto payload = reader.Next()) payloads.emplace_back(*payload);
  EXPECT_EQ(payloads, (std::vector<std::string>{"one", "", "three"}));
  EXPECT_EQ(ReadFile(dir_ / "shard.idx"), "0 19\n19 16\n35 21\n");
  const std::string bytes = ReadFile(dir_ / "shard");
  EXPECT_EQ(state.fingerprint, "f");
  EXPECT_EQ(state.photos, "stamp");
  EXPECT_EQ(state.shard.name, "shard");
  EXPECT_EQ(state.shard.records, 3u);
  EXPECT_EQ(state.shard.bytes, bytes.size());
  EXPECT_EQ(state.shard.crc32c, Crc32c(bytes));
  EXPECT_EQ(state.records_per_class, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(state.repeated, 1u);
  ASSERT_EQ(state.rejects.size(), 1u);
  EXPECT_EQ(state.rejects[0].path + ": " + state.rejects[0].reason, "bad.jpg: cut off");
  EXPECT_EQ(state.pixels.pixels(), 2u);
  EXPECT_EQ(state.pixels.sum(), std::vector<uint64_t>{258});
  EXPECT_EQ(state.pixels.sum_of_squares(), std::vector<uint64_t>{9 + 65025});
}

TEST_F(ShardWriterTest, ACompressedShardHasNoIndex) {
  info_.compression = RecordCompression::kGzip;
  const ShardState state = Write();
  EXPECT_FALSE(std::filesystem::exists(dir_ / "shard.idx"));
  EXPECT_EQ(state.shard.crc32c, Crc32c(ReadFile(dir_ / "shard")));
  EXPECT_EQ(state.shard.bytes, std::filesystem::file_size(dir_ / "shard"));
  RecordReader reader(dir_ / "shard");
  EXPECT_EQ(*reader.Next(), "one");
  EXPECT_EQ(reader.compression(), RecordCompression::kGzip);
}

}  // namespace
}  // namespace dataset
