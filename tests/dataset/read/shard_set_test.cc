#include "dataset/read/shard_set.h"

#include <gtest/gtest.h>

#include <functional>

#include "dataset/record/record_reader.h"
#include "dataset/sample/sample.h"
#include "tests/dataset/compile/tiny_split.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

class ShardSetTest : public ::testing::Test {
 protected:
  ShardSetTest() {
    CompileOptions options = testing::TinySplit(dir_.path());
    options.shards = 3;
    info_ = testing::Compile(options);
    folder_ = options.output;
  }

  std::string CauseOf(Split split = Split::kTrain) {
    try {
      ShardSet(folder_, info_, split);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TempDir dir_;
  fs::path folder_;
  DatasetInfo info_;
};

TEST_F(ShardSetTest, EveryRecordLiesWhereItSays) {
  const ShardSet shards(folder_, info_, Split::kTrain);
  EXPECT_EQ(shards.shards(), 3u);
  ASSERT_EQ(shards.size(), 8u);
  SampleId id = 0;
  uint64_t bytes = 0;
  for (uint32_t shard = 0; shard < shards.shards(); ++shard) {
    RecordReader reader(shards.file(shard).path());
    while (const auto payload = reader.Next()) {
      const ShardSet::Location location = shards.Locate(id);
      EXPECT_EQ(location.shard, shard);
      EXPECT_EQ(location.offset, reader.offset());
      const Place place = shards.PlaceOf(id);
      EXPECT_EQ(place.record, reader.records() - 1);
      EXPECT_EQ(place.offset, reader.offset());
      std::string framed(location.size, '\0');
      ASSERT_EQ(shards.file(shard).ReadAt(location.offset, framed.size(), framed.data()), framed.size());
      EXPECT_EQ(ParseRecord(framed, place), *payload);
      bytes += location.size;
      ++id;
    }
  }
  EXPECT_EQ(id, shards.size());
  EXPECT_EQ(shards.bytes(), bytes);
}

TEST_F(ShardSetTest, RefusesASplitThatIsNotThere) {
  info_.splits.pop_back();
  EXPECT_NE(CauseOf(Split::kTest).find("has no split test, only train, val"), std::string::npos)
      << CauseOf(Split::kTest);
}

TEST_F(ShardSetTest, FindsDamageWithoutReadingPayloads) {
  const std::string shard = (folder_ / info_.splits[0].shards[1].name).string(), index = shard + ".idx";
  const std::string shard_bytes = ReadFile(shard), index_text = ReadFile(index);
  const struct {
    const char* what;
    std::function<void()> damage;
    std::string file;
  } cases[] = {
      {"no shard", [&] { fs::remove(shard); }, shard},
      {"short shard", [&] { WriteFile(shard, shard_bytes.substr(1)); }, shard},
      {"long shard", [&] { WriteFile(shard, shard_bytes + "x"); }, shard},
      {"no index", [&] { fs::remove(index); }, index},
      {"short index", [&] { WriteFile(index, index_text.substr(0, index_text.size() - 1)); }, index},
      {"empty index", [&] { WriteFile(index, ""); }, index},
      {"index of one record", [&] { WriteFile(index, "0 " + std::to_string(shard_bytes.size()) + "\n"); }, index},
      {"folder for a shard", [&] { fs::remove(shard), fs::create_directory(shard); }, shard},
  };
  for (const auto& [what, damage, file] : cases) {
    damage();
    EXPECT_EQ(CauseOf().substr(0, file.size() + 1), file + ":") << what;
    if (fs::is_directory(shard)) fs::remove(shard);
    WriteFile(shard, shard_bytes);
    WriteFile(index, index_text);
    EXPECT_EQ(CauseOf(), "") << what;
  }
}

}  // namespace
}  // namespace dataset
