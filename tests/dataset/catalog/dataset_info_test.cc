#include "dataset/catalog/dataset_info.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dataset/base/error.h"
#include "dataset/sample/store.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using nlohmann::json;
using testing::TempDir;

DatasetInfo MakeInfo() {
  DatasetInfo info;
  info.tool_version = "0.1.0";
  info.name = "pets";
  info.classes = {"cat", "dög"};
  info.splits = {
      {Split::kTrain,
       5,
       {3, 2},
       1,
       {{"pets-train.tfrecord-00000-of-00002", 2, 1000, 0xffffffff},
        {"pets-train.tfrecord-00001-of-00002", 3, uint64_t{1} << 40, 7}}},
      {Split::kTest, 1, {0, 1}, 0, {{"pets-test.tfrecord-00000-of-00001", 1, 16, 0}}},
  };
  info.store = Store::kNormalized;
  info.channels = 3;
  info.resize = 176;
  info.scale = {ScaleMode::kSigned, ValueType::kFloat16, {1 / 127.5f, 1 / 127.5f, 1 / 127.5f}, {-1, -1, -1}};
  info.depth = Depth::Range(-0.5, 4096);
  info.seed = UINT64_MAX;
  info.root = "/photos";
  info.manifest_sha256 = "ab";
  info.fingerprint = "cd";
  info.options = {{"resize", "176"}, {"seed", "1"}, {"check", "header"}, {"dtype", "float16"}};
  return info;
}

std::string CauseOf(const json& document) {
  try {
    ParseDatasetInfo(document.dump(), "x/dataset.json");
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, 14), "x/dataset.json");
    return error.what();
  }
  return "";
}

TEST(DatasetInfoTest, SurvivesTheWayThroughJson) {
  const std::string text = FormatDatasetInfo(MakeInfo());
  const DatasetInfo info = ParseDatasetInfo(text, "x");
  EXPECT_EQ(FormatDatasetInfo(info), text);
  EXPECT_EQ(info.seed, UINT64_MAX);
  EXPECT_EQ(info.classes[1], "dög");
  EXPECT_EQ(info.scale.a[0], 1 / 127.5f);
  ASSERT_NE(info.Find(Split::kTrain), nullptr);
  EXPECT_EQ(info.Find(Split::kTrain)->shards[1].bytes, uint64_t{1} << 40);
  EXPECT_EQ(info.Find(Split::kVal), nullptr);
  EXPECT_EQ(info.options.at("dtype"), "float16");
  EXPECT_EQ(info.depth, Depth::Range(-0.5, 4096));
}

TEST(DatasetInfoTest, WithoutADepthItIsTheHighByte) {
  json document = json::parse(FormatDatasetInfo(MakeInfo()));
  document.erase("depth");
  EXPECT_EQ(ParseDatasetInfo(document.dump(), "x").depth, Depth());
  document["depth"] = json::array();
  EXPECT_EQ(ParseDatasetInfo(document.dump(), "x").depth, Depth());
}

TEST(DatasetInfoTest, PrintsEveryFieldByItsNameAndTheSameBytesEachTime) {
  const std::string text = FormatDatasetInfo(MakeInfo());
  EXPECT_EQ(text.back(), '\n');
  const json document = json::parse(text);
  EXPECT_EQ(document["format_version"], 1);
  EXPECT_EQ(document["quality"], 0) << "a field of value 0 is printed";
  EXPECT_EQ(document["splits"][1]["rejected"], 0);
  EXPECT_EQ(document["splits"][0]["records_per_class"], json({3, 2}));
  EXPECT_EQ(document["splits"][0]["shards"][0]["crc32c"], 0xffffffff);
  EXPECT_EQ(document["splits"][0]["name"], "train");
  for (int i = 0; i < 20; ++i) ASSERT_EQ(FormatDatasetInfo(MakeInfo()), text);
}

TEST(DatasetInfoTest, RefusesWhatIsNotJsonOfADataset) {
  for (const char* text :
       {"", "{", "[]", "{} {}", "{\"format_version\": 1, \"nmae\": \"pets\"}", "{\"format_version\": -1}",
        "{\"format_version\": \"one\"}", "\xff\xfe", "{\"name\": \"\xff\"}", "null"}) {
    EXPECT_THROW(ParseDatasetInfo(text, "x"), Error) << text;
  }
  std::string deep(100000, '[');
  EXPECT_THROW(ParseDatasetInfo(deep, "x"), Error);
}

TEST(DatasetInfoTest, RefusesFieldsThatDoNotFit) {
  const json good = json::parse(FormatDatasetInfo(MakeInfo()));
  ASSERT_EQ(CauseOf(good), "");
  const struct {
    const char* pointer;
    json value;
  } cases[] = {
      {"/format_version", 0},
      {"/format_version", 2},
      {"/name", ""},
      {"/name", "../pets"},
      {"/name", "a-b"},
      {"/name", "1a"},
      {"/name", "other"},
      {"/classes", json::array()},
      {"/classes", {"cat", "cat"}},
      {"/classes", {"cat", ""}},
      {"/classes", {"cat"}},
      {"/store", "Compressed"},
      {"/channels", 2},
      {"/quality", 101},
      {"/splits", json::array()},
      {"/splits/0/name", "validation"},
      {"/splits/0/name", "test"},
      {"/splits/0/records", 6},
      {"/splits/0/records_per_class", {3}},
      {"/splits/0/records_per_class", {3, 3}},
      {"/splits/0/records_per_class", {4294967295, 6}},
      {"/splits/0/shards", json::array()},
      {"/splits/0/shards/0/name", "/etc/passwd"},
      {"/splits/0/shards/0/name", "../pets-train.tfrecord-00000-of-00002"},
      {"/splits/0/shards/0/name", "pets-train.tfrecord-00001-of-00002"},
      {"/splits/0/shards/0/records", 3},
      {"/splits/0/shards/0/records", 4294967295},
      {"/splits/0/shards/0/bytes", "31"},
      {"/splits/0/shards/0/bytes", "18446744073709551615"},
      {"/splits/1/records", 0},
      {"/depth", {1}},
      {"/depth", {1, 1}},
      {"/depth", {1, 2, 3}},
      {"/depth", {0, "NaN"}},
      {"/depth", {"-Infinity", 0}},
      {"/scale", json::object()},
      {"/scale/mode", "half"},
      {"/scale/dtype", "uint8"},
      {"/scale/a", {1, 1}},
      {"/scale/a", {1, 1, 0}},
      {"/scale/a", {1, 1, -1}},
      {"/scale/a", {1, 1, "NaN"}},
      {"/scale/b", {0, 0, "Infinity"}},
  };
  for (const auto& [pointer, value] : cases) {
    json bad = good;
    bad[json::json_pointer(pointer)] = value;
    EXPECT_NE(CauseOf(bad), "") << pointer << " = " << value;
  }
}

TEST(DatasetInfoTest, AFolderWithoutDatasetJsonIsNotComplete) {
  const TempDir dir;
  try {
    LoadDatasetInfo(dir.path());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("is not a complete dataset"), std::string::npos);
  }
}

TEST(DatasetInfoTest, NamesOfDatasets) {
  for (const char* name : {"a", "Flowers", "a_1", "Z9"}) EXPECT_TRUE(IsDatasetName(name)) << name;
  for (const char* name : {"", "1a", "_a", "a-b", "a b", "a.b", "a/b", "ä", "a\n"})
    EXPECT_FALSE(IsDatasetName(name)) << name;
}

}  // namespace
}  // namespace dataset
