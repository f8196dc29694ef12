#include "dataset/read/record_stream.h"

#include <gtest/gtest.h>

#include "dataset/io/sync.h"
#include "dataset/record/example.h"
#include "dataset/record/record_writer.h"
#include "tests/dataset/compile/tiny_split.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

std::string FilenameOf(const RecordStream::Record& record) {
  return std::get<std::vector<std::string>>(ParseExample(record.payload, record.place).at("image/filename")).front();
}

class RecordStreamTest : public ::testing::Test {
 protected:
  RecordStreamTest() {
    CompileOptions options = testing::TinySplit(dir_.path());
    options.shards = 2;
    info_ = testing::Compile(options);
  }

  std::string ErrorOf(const std::optional<Split>& split, uint64_t number) const {
    try {
      RecordStream(folder_, split).Find(number);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  const TempDir dir_;
  const fs::path folder_ = dir_ / "out.ds";
  DatasetInfo info_;
};

TEST_F(RecordStreamTest, GoesThroughSplitsAndShardsInOrder) {
  RecordStream stream(folder_, {});
  EXPECT_EQ(stream.records(), 16u);
  ASSERT_TRUE(stream.info());
  std::vector<std::string> places;
  while (const auto record = stream.Next()) {
    places.push_back(std::string(NameOf(*record->split)) + " " + std::to_string(record->number) + " " +
                     fs::path(record->place.file).filename().string().substr(0, 25) + " " +
                     std::to_string(*record->place.record));
  }
  ASSERT_EQ(places.size(), 16u);
  EXPECT_EQ(places[0], "train 0 tiny-train.tfrecord-00000 0");
  EXPECT_EQ(places[5], "train 5 tiny-train.tfrecord-00001 1");
  EXPECT_EQ(places[8].substr(0, 6), "val 0 ");
  EXPECT_EQ(places[15].substr(0, 7), "test 3 ");
}

TEST_F(RecordStreamTest, FindsEachRecordThatNextReturns) {
  for (const Split split : kSplits) {
    RecordStream all(folder_, split);
    while (const auto record = all.Next()) {
      RecordStream one(folder_, split);
      const auto found = one.Find(record->number);
      EXPECT_EQ(found.payload, record->payload);
      EXPECT_EQ(found.place.ToString(), record->place.ToString());
      EXPECT_EQ(FilenameOf(found), FilenameOf(*record));
    }
  }
}

TEST_F(RecordStreamTest, RefusesWhatIsNotThere) {
  EXPECT_NE(ErrorOf(Split::kVal, 4).find("has no record 4: there are 4, from 0"), std::string::npos);
  EXPECT_NE(ErrorOf(Split::kVal, UINT64_MAX).find("has no record 18446744073709551615"), std::string::npos);
  EXPECT_NE(ErrorOf({}, 0).find("name it with `split`"), std::string::npos);
  EXPECT_THROW(RecordStream(dir_ / "raw", {}), Error);
  EXPECT_THROW(RecordStream(dir_ / "absent", {}).Next(), Error);
  EXPECT_THROW(RecordStream(folder_ / info_.splits[0].shards[0].name, Split::kTrain), Error);
  info_.splits.pop_back();
  WriteFile(folder_ / "dataset.json", FormatDatasetInfo(info_));
  EXPECT_NE(ErrorOf(Split::kTest, 0).find("has no split test"), std::string::npos);
}

TEST_F(RecordStreamTest, AShardWithAnotherNumberOfRecordsIsAnError) {
  const fs::path first = folder_ / info_.splits[1].shards[0].name, second = folder_ / info_.splits[1].shards[1].name;
  WriteFile(first, ReadFile(first) + ReadFile(second));
  EXPECT_NE(ErrorOf(Split::kVal, 9).find("has no record 9"), std::string::npos);
  RecordStream stream(folder_, Split::kVal);
  try {
    while (stream.Next()) {
    }
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), first.string() + ": has 4 records, but dataset.json says 2");
  }
}

TEST_F(RecordStreamTest, TakesAFileOfAnyOrigin) {
  RecordWriter writer(dir_ / "x");
  for (const char* payload : {"a", "", "c"}) writer.Write(payload);
  writer.Close(Sync::kNo);
  RecordStream stream(dir_ / "x", {});
  EXPECT_FALSE(stream.info());
  const auto found = stream.Find(2);
  EXPECT_EQ(found.payload, "c");
  EXPECT_EQ(found.number, 2u);
  EXPECT_FALSE(found.split);
  EXPECT_THROW(RecordStream(dir_ / "x", {}).Find(3), Error);
}

}  // namespace
}  // namespace dataset
