#include "dataset/split_writer.h"

#include <gtest/gtest.h>

#include "dataset/crc32c.h"
#include "dataset/record_reader.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::TempDir;

TEST(SplitWriterTest, DealsPlacesToShardsAndLeavesGaps) {
  const TempDir dir;
  SplitWriter writer(dir.path(), "x", Split::kVal, 7, 3, 2, Sync::kNo);  // 2, 2 and 3 places
  writer.Write(0, "a");
  writer.Write(1, "bb");
  writer.Skip();
  writer.Skip();
  writer.Write(1, "");
  writer.Skip();
  writer.Write(1, "dddd");
  const DatasetSplit split = writer.Finish();
  EXPECT_EQ(split.split, Split::kVal);
  EXPECT_EQ(split.records, 4u);
  EXPECT_EQ(split.rejected, 3u);
  EXPECT_EQ(split.records_per_class, (std::vector<uint32_t>{1, 3}));
  ASSERT_EQ(split.shards.size(), 3u);
  const std::vector<std::string> expected[] = {{"a", "bb"}, {}, {"", "dddd"}};
  const char* const indices[] = {"0 17\n17 18\n", "", "0 16\n16 20\n"};
  for (uint32_t i = 0; i < 3; ++i) {
    const ShardInfo& shard = split.shards[i];
    EXPECT_EQ(shard.name, ShardName("x", "val", i, 3));
    std::vector<std::string> payloads;
    RecordReader reader(dir / shard.name);
    while (const auto payload = reader.Next()) payloads.emplace_back(*payload);
    EXPECT_EQ(payloads, expected[i]);
    const std::string bytes = ReadFile(dir / shard.name);
    EXPECT_EQ(shard.bytes, bytes.size());
    EXPECT_EQ(shard.crc32c, Crc32c(bytes));
    EXPECT_EQ(shard.records, expected[i].size());
    EXPECT_EQ(ReadFile(dir / (shard.name + ".idx")), indices[i]);
  }
}

}  // namespace
}  // namespace dataset
