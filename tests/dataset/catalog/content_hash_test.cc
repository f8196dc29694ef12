#include "dataset/catalog/content_hash.h"

#include <gtest/gtest.h>

#include "dataset/base/sha256.h"

namespace dataset {
namespace {

DatasetInfo Info() {
  DatasetInfo info;
  info.fingerprint = "f";
  info.splits.resize(2);
  info.splits[0].shards = {{"x-train.tfrecord-00000-of-00002", 2, 100, 7},
                           {"x-train.tfrecord-00001-of-00002", 1, 9, 0}};
  info.splits[1].split = Split::kTest;
  info.splits[1].shards = {{"x-test.tfrecord-00000-of-00001", 1, uint64_t{1} << 40, 0xffffffff}};
  return info;
}

TEST(ContentHashTest, IsTheSha256OfALineAShard) {
  EXPECT_EQ(ContentHash(Info()), Sha256Hex("x-train.tfrecord-00000-of-00002 100 7\n"
                                           "x-train.tfrecord-00001-of-00002 9 0\n"
                                           "x-test.tfrecord-00000-of-00001 1099511627776 4294967295\n"));
}

TEST(ContentHashTest, OnlyWhatTheShardsHoldCounts) {
  DatasetInfo same = Info();
  same.fingerprint = "g";
  same.root = "elsewhere";
  same.tool_version = "2";
  for (ShardInfo& shard : same.splits[0].shards) shard.name.insert(0, "/a/folder/");
  EXPECT_EQ(ContentHash(same), ContentHash(Info()));
  using Change = void (*)(ShardInfo&);
  for (const Change change : std::initializer_list<Change>{[](ShardInfo& shard) { shard.name += "x"; },
                                                           [](ShardInfo& shard) { ++shard.bytes; },
                                                           [](ShardInfo& shard) { ++shard.crc32c; }}) {
    for (const size_t split : {0, 1}) {
      DatasetInfo other = Info();
      change(other.splits[split].shards.back());
      EXPECT_NE(ContentHash(other), ContentHash(Info()));
    }
  }
}

}  // namespace
}  // namespace dataset
