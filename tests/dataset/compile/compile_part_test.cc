#include "dataset/compile/compile_part.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/compile/shard_state.h"

namespace dataset {
namespace {

CompilePart Part() {
  CompilePart part;
  part.info.name = "x";
  part.info.classes = {"a", "b"};
  part.info.fingerprint = "f";
  part.info.keys = SampleKeys(std::map<std::string, std::string>{{"image", "jpg"}});
  part.info.compression = RecordCompression::kGzip;
  DatasetSplit split;
  split.records_per_class = {0, 0};
  split.shards = {{"x-train.tfrecord-00000-of-00001", 0, 0, 0}};
  part.info.splits = {split};
  part.config_toml = "seed = 1\n";
  return part;
}

TEST(CompilePartTest, SharesCoverEachShardOnce) {
  for (uint32_t shard = 0; shard < 20; ++shard) {
    int owners = 0;
    for (uint32_t index = 0; index < 3; ++index) owners += WorkerShare{index, 3}.Has(shard) ? 1 : 0;
    EXPECT_EQ(owners, 1);
  }
  EXPECT_EQ(PartName({1, 4}), "part-00002-of-00004.json");
}

TEST(CompilePartTest, ReadsBack) {
  const CompilePart part = ParseCompilePart(FormatCompilePart(Part()), "part");
  EXPECT_EQ(part.config_toml, "seed = 1\n");
  EXPECT_EQ(part.info.splits[0].shards[0].name, "x-train.tfrecord-00000-of-00001");
  EXPECT_EQ(part.info.keys.Of(Role::kImage), "jpg");
  EXPECT_EQ(part.info.compression, RecordCompression::kGzip);
}

TEST(CompilePartTest, RefusesDamage) {
  const std::string good = FormatCompilePart(Part());
  const struct {
    const char* from;
    const char* to;
  } cases[] = {
      {"x-train.tfrecord-00000-of-00001", "../x-train.tfrecord-00000-of-00001"},
      {"\"gzip\"", "\"snappy\""},
      {"\"image\"", "\"picture\""},
      {"\"b\"", "\"a\""},
      {"\"config_toml\"", "\"config\""},
      {"{", ""},
  };
  for (const auto& [from, to] : cases) {
    std::string bad = good;
    bad.replace(bad.find(from), std::string(from).size(), to);
    EXPECT_THROW(ParseCompilePart(bad, "part"), Error) << from;
  }
}

TEST(ShardStateTest, RefusesWhatDoesNotAddUp) {
  DatasetInfo info;
  info.classes = {"a", "b"};
  info.channels = 1;
  ShardState state;
  state.shard.records = 3;
  state.records_per_class = {1, 2};
  state.pixels = PixelSums(2, {300}, {45000});
  EXPECT_NO_THROW(ParseShardState(FormatShardState(state), info, "s"));
  const auto throws = [&](const auto& change) {
    ShardState bad = state;
    change(&bad);
    EXPECT_THROW(ParseShardState(FormatShardState(bad), info, "s"), Error);
  };
  throws([](ShardState* s) { s->records_per_class = {1, 1}; });
  throws([](ShardState* s) { s->records_per_class = {3}; });
  throws([](ShardState* s) { s->pixels = PixelSums(2, {300, 1}, {45000, 1}); });
  throws([](ShardState* s) { s->pixels = PixelSums(2, {511}, {130050}); });
  throws([](ShardState* s) { s->pixels = PixelSums(2, {300}, {44999}); });
  throws([](ShardState* s) { s->pixels = PixelSums(2, {300}, {76501}); });
}

}  // namespace
}  // namespace dataset
