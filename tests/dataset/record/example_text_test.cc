#include "dataset/record/example_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dataset/record/record_reader.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

// Returns protoc's output for `input`. `mode` is decode or encode.
std::string Protoc(const std::string& mode, const std::string& input) {
  const TempDir dir;
  WriteFile(dir / "in", input);
  const std::string proto = (testing::SourceDir() / "proto").string();
  const std::string sorted = mode == "encode" ? " --deterministic_output" : "";
  const auto result = testing::RunCommand("protoc --" + mode + "=dstools.Example" + sorted + " -I '" + proto + "' '" +
                                          proto + "/example.proto' <'" + (dir / "in").string() + "'");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return result.out;
}

std::string Full(const std::string& bytes) { return FormatExampleText(ParseExampleView(bytes, {}), TextLength::kFull); }

void ExpectSameAsProtoc(const std::string& bytes) {
  const std::string text = Full(bytes);
  const std::string decoded = Protoc("decode", bytes);
  EXPECT_TRUE(text == decoded) << text.substr(0, 2000) << "\n" << decoded.substr(0, 2000);
  EXPECT_TRUE(Protoc("encode", text) == bytes) << text.substr(0, 2000);
}

TEST(ExampleTextTest, IsProtobufText) {
  const Example example = {{"image/class/label", std::vector<int64_t>{1}},
                           {"image/class/text", std::vector<std::string>{"cat"}},
                           {"z", std::monostate{}}};
  EXPECT_EQ(Full(SerializeExample(example)), R"(features {
  feature {
    key: "image/class/label"
    value {
      int64_list {
        value: 1
      }
    }
  }
  feature {
    key: "image/class/text"
    value {
      bytes_list {
        value: "cat"
      }
    }
  }
  feature {
    key: "z"
    value {
    }
  }
}
)");
}

TEST(ExampleTextTest, SaysWhatProtocSays) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  using Float = std::numeric_limits<float>;
  using Integer = std::numeric_limits<int64_t>;
  ExpectSameAsProtoc(SerializeExample(Example{}));
  ExpectSameAsProtoc(SerializeExample(Example{
      {"", std::vector<std::string>{""}},
      {"bytes",
       std::vector<std::string>{
           every_byte,
           "",
           "digits after an escape: \x01"
           "23",
       }},
      {"empty bytes", std::vector<std::string>{}},
      {"empty floats", std::vector<float>{}},
      {"empty integers", std::vector<int64_t>{}},
      {"floats", std::vector<float>{0, -0.0f, 1, 0.1f, 1.0f / 3, 16777216, 1e10f, 3.4e38f, Float::denorm_min(),
                                    Float::min(), Float::max(), Float::infinity(), -Float::infinity()}},
      {"größe\n\"\\", std::vector<int64_t>{Integer::min(), -1, 0, 1, Integer::max()}},
      {"not set", std::monostate{}},
  }));
}

TEST(ExampleTextTest, RecordsOfOtherProgramsGoThroughProtocAndBack) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  for (const char* name : {"golden/one.tfrecord", "tfrecords/torchdata_example.tfrecord",
                           "tfrecords/flowers_validation_00000-of-00005.tfrecord"}) {
    RecordReader reader(data / name);
    // A program's bytes need not be canonical; ours are.
    ExpectSameAsProtoc(SerializeExample(ParseExampleView(*reader.Next(), {})));
  }
}

TEST(ExampleTextTest, ShortTextIsCutAndSaysSo) {
  const Example example = {{"a", std::vector<std::string>{std::string(64, 'x'), std::string(65, '\xff')}},
                           {"b", std::vector<int64_t>(16, 7)},
                           {"c", std::vector<float>(1000000, 0.5f)}};
  const std::string bytes = SerializeExample(example);
  const std::string text = FormatExampleText(ParseExampleView(bytes, {}), TextLength::kShort);
  EXPECT_NE(text.find('"' + std::string(64, 'x') + "\"\n"), std::string::npos);
  EXPECT_NE(text.find("\\377\"  # 64 of 65 bytes\n"), std::string::npos);
  EXPECT_NE(text.find("        # 16 of 1000000 values\n"), std::string::npos);
  EXPECT_EQ(text.find(" of 16 values"), std::string::npos);
  EXPECT_LT(text.size(), 2000u);
  EXPECT_FALSE(Protoc("encode", text).empty());  // still protobuf text
}

TEST(ExampleTextTest, NaNsAreOne) {
  const Example example = {{"f", std::vector<float>{std::nanf(""), -std::nanf("")}}};
  EXPECT_NE(Full(SerializeExample(example)).find("value: nan\n        value: nan\n"), std::string::npos);
}

}  // namespace
}  // namespace dataset
