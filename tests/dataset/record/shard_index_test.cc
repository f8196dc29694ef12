#include "dataset/record/shard_index.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"

namespace dataset {
namespace {

TEST(ShardIndexTest, LinesAreDalis) {
  const std::vector<IndexEntry> entries = {{0, 175}, {175, 16}, {191, 20}};
  EXPECT_EQ(FormatIndex(entries), "0 175\n175 16\n191 20\n");
  EXPECT_EQ(ParseIndex(FormatIndex(entries), 211, "x.idx"), entries);
}

TEST(ShardIndexTest, AnEmptyShardHasAnEmptyIndex) {
  EXPECT_EQ(FormatIndex({}), "");
  EXPECT_TRUE(ParseIndex("", 0, "x.idx").empty());
}

TEST(ShardIndexTest, RefusesWhatDoesNotFitTheShard) {
  const struct {
    const char* text;
    const char* cause;
  } cases[] = {
      {"", "ends at byte 0"},
      {"0 175\n", "ends at byte 175"},
      {"0 175\n175 36", "line 2: is cut off"},
      {"0 175\n175 37\n", "line 2: a record of 37 bytes"},
      {"0 175\n176 35\n", "line 2: begins at byte 176"},
      {"0 175\n174 37\n", "line 2: begins at byte 174"},
      {"175 36\n0 175\n", "line 1: begins at byte 175"},
      {"0 15\n", "line 1: a record of 15 bytes"},
      {"0 0\n", "line 1: a record of 0 bytes"},
      {"0 18446744073709551615\n", "line 1: a record of 18446744073709551615 bytes"},
      {"0 18446744073709551616\n", "line 1: is not"},
      {"0 -1\n", "line 1: is not"},
      {"0  175\n", "line 1: is not"},
      {"0\t175\n", "line 1: is not"},
      {" 0 175\n", "line 1: is not"},
      {"0 175 \n", "line 1: is not"},
      {"0 175\r\n", "line 1: is not"},
      {"0\n", "line 1: is not"},
      {"\n", "line 1: is not"},
      {"0x0 175\n", "line 1: is not"},
      {"0 175\n\n175 36\n", "line 2: is not"},
  };
  for (const auto& [text, cause] : cases) {
    try {
      ParseIndex(text, 211, "x.idx");
      ADD_FAILURE() << "accepted: " << text;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(std::string("x.idx: ") + cause), std::string::npos) << error.what();
    }
  }
}

TEST(ShardIndexTest, ShardNamesHaveAtLeastFiveDigits) {
  EXPECT_EQ(ShardName("flowers", "train", 0, 10), "flowers-train.tfrecord-00000-of-00010");
  EXPECT_EQ(ShardName("f", "val", 99999, 100000), "f-val.tfrecord-99999-of-100000");
}

}  // namespace
}  // namespace dataset
