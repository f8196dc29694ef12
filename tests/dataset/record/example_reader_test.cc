#include "dataset/record/example_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "dataset/record/example.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;
using Kind = FeatureValues::Kind;

std::map<std::string, FeatureValues> ReadAll(std::string_view bytes) {
  const Place place;
  ExampleReader reader(bytes, place);
  std::map<std::string, FeatureValues> all;
  for (FeatureEntry entry; reader.Next(&entry);) all[std::string(entry.key)] = ReadFeature(entry, place);
  return all;
}

TEST(ExampleReaderTest, ReadsWhatWasWritten) {
  const Example example = {{"bytes", std::vector<std::string>{"a", "bc"}},
                           {"empty", std::monostate{}},
                           {"floats", std::vector<float>{1, -2, 0.5f}},
                           {"integers", std::vector<int64_t>{-1, 2, 1 << 20, 4, 5}}};
  const std::string bytes = SerializeExample(example);
  const auto all = ReadAll(bytes);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all.at("bytes").kind, Kind::kBytes);
  EXPECT_EQ(all.at("bytes").count, 2u);
  EXPECT_EQ(all.at("bytes").bytes, "bc");
  EXPECT_EQ(all.at("empty").kind, Kind::kNone);
  EXPECT_EQ(all.at("floats").count, 3u);
  float floats[3];
  ASSERT_EQ(all.at("floats").floats.size(), sizeof(floats));
  std::memcpy(floats, all.at("floats").floats.data(), sizeof(floats));
  EXPECT_EQ(floats[1], -2);
  EXPECT_EQ(all.at("integers").count, 5u);
  EXPECT_EQ(all.at("integers").integers, (std::array<int64_t, 4>{-1, 2, 1 << 20, 4}));
}

// Returns an Example of one entry: key "k" and a Feature in hex.
std::string Entry(const std::string& feature_hex) {
  const std::string feature = FromHex(feature_hex);
  const auto field = [](char tag, const std::string& content) {
    return std::string{tag, static_cast<char>(content.size())} + content;
  };
  return field('\x0a', field('\x0a', field('\x0a', "k") + field('\x12', feature)));
}

TEST(ExampleReaderTest, FloatsOfAnyEncodingAreTheSame) {
  const struct {
    const char* what;
    const char* feature;
    bool side_by_side;
  } cases[] = {
      {"packed", "120a 0a08 0000803f 00000040", true},
      {"one by one", "120a 0d0000803f 0d00000040", false},
      {"two packed runs", "120c 0a04 0000803f 0a04 00000040", false},
      {"two lists", "1206 0a04 0000803f 1206 0a04 00000040", false},
      {"after another kind", "1a02 0801 120a 0a08 0000803f 00000040", true},
      {"after floats and another kind", "1206 0a04 00004040 1a02 0801 120a 0a08 0000803f 00000040", true},
  };
  for (const auto& c : cases) {
    const std::string bytes = Entry(c.feature);
    const Place place;
    ExampleReader reader(bytes, place);
    FeatureEntry entry;
    ASSERT_TRUE(reader.Next(&entry)) << c.what;
    const FeatureValues values = ReadFeature(entry, place);
    EXPECT_EQ(values.kind, Kind::kFloats) << c.what;
    EXPECT_EQ(values.count, 2u) << c.what;
    EXPECT_EQ(values.floats.size(), c.side_by_side ? 8u : 0u) << c.what;
    EXPECT_EQ(ReadFloats(entry, place), (std::vector<float>{1, 2})) << c.what;
    EXPECT_EQ(std::get<std::vector<float>>(ParseExample(bytes, place).at("k")), (std::vector<float>{1, 2})) << c.what;
    EXPECT_FALSE(reader.Next(&entry)) << c.what;
  }
}

TEST(ExampleReaderTest, MergesFeaturesThatComeInParts) {
  const std::string one = Entry("1a03 0a0105"), parts = one + FromHex("1005 0a00") + Entry("0a03 0a0178");
  const auto all = ReadAll(parts);
  EXPECT_EQ(all.at("k").kind, Kind::kBytes) << "of equal keys the last counts";
  EXPECT_EQ(all.at("k").bytes, "x");
}

TEST(ExampleReaderTest, RefusesDamageAtItsPlace) {
  const Place place{"f", 3, 44};
  for (const char* hex :
       {"0a", "0a05 0a", "0a02 0aff", "0a04 0a020a05", "0a04 0a020aff", "0a05 0a03 0a01ff", "0b", "0a04 0a021005 07"}) {
    const std::string bytes = FromHex(hex);
    try {
      ExampleReader reader(bytes, place);
      for (FeatureEntry entry; reader.Next(&entry);) {
      }
      FAIL() << hex;
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("f: record 3 at byte 44: not an Example: ")) << error.what();
    }
  }
}

}  // namespace
}  // namespace dataset
