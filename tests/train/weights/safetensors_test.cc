#include "train/weights/safetensors.h"

#include <algorithm>
#include <filesystem>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"

namespace train {
namespace {

using namespace std::string_literals;
using dataset::ReadFile;
using dataset::testing::FromHex;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;
using testing::BytesOf;
using testing::ErrorOf;

// safetensors 0.8.0 for Python: save({'b.weight': arange(6, float32).reshape(2, 3), 'a.count': array(7, int64),
// 'c.mask': array([True, False]), 'a.weight': array([1.5], float32)}, metadata={'format': 'pt'})
const std::string kHeader =
    R"({"__metadata__":{"format":"pt"},"a.count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
    R"("a.weight":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},)"
    R"("b.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[12,36]},)"
    R"("c.mask":{"dtype":"BOOL","shape":[2],"data_offsets":[36,38]}}    )";
const std::string kData =
    FromHex("0700000000000000 0000c03f 00000000 0000803f 00000040 00004040 00008040 0000a040 0100");

std::string FileOf(const std::string& header, const std::string& data) {
  return BytesOf<uint64_t>({header.size()}) + header + data;
}

const std::string kFile = FileOf(kHeader, kData);

TEST(SafetensorsTest, ReadsWhatPythonWrote) {
  const TempDir dir;
  WriteFile(dir / "x", kFile);
  const auto file = OpenSafetensors(dataset::MappedFile(dir / "x"));
  ASSERT_EQ(file->tensors().size(), 4u);
  EXPECT_EQ(file->Find("a.count")->dtype, DType::kInt64);
  EXPECT_TRUE(file->Find("a.count")->shape.empty());
  EXPECT_EQ(file->Find("a.count")->bytes, BytesOf<int64_t>({7}));
  EXPECT_EQ(file->Find("a.weight")->bytes, BytesOf<float>({1.5f}));
  EXPECT_EQ(file->Find("b.weight")->shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(file->Find("b.weight")->bytes, BytesOf<float>({0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(file->Find("c.mask")->dtype, DType::kBool);
  EXPECT_EQ(file->Find("c.mask")->bytes, "\1\0"s);
}

TEST(SafetensorsTest, WritesTheBytesThatPythonWrites) {
  const TempDir dir;
  WriteFile(dir / "x", kFile);
  const auto file = OpenSafetensors(dataset::MappedFile(dir / "x"));
  std::vector<TensorView> tensors = file->tensors();
  std::reverse(tensors.begin(), tensors.end());
  WriteSafetensors(dir / "y", tensors, {{"format", "pt"}}, dataset::Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "y"), kFile);
}

TEST(SafetensorsTest, RoundTrip) {
  const TempDir dir;
  const std::string bytes(64, '\x5a');
  const std::vector<TensorView> tensors = {
      {"bool", DType::kBool, {1}, "\1"},
      {"empty", DType::kFloat32, {0, 3}, ""},
      {"f16", DType::kFloat16, {2, 2}, std::string_view(bytes).substr(0, 8)},
      {"f64", DType::kFloat64, {8}, std::string_view(bytes).substr(0, 64)},
      {"g\xc3\xa4\"\n", DType::kInt8, {}, "x"},
  };
  for (const char* name : {"x", "y"}) WriteSafetensors(dir / name, tensors, {}, dataset::Sync::kYes);
  EXPECT_EQ(ReadFile(dir / "x"), ReadFile(dir / "y"));
  EXPECT_EQ(static_cast<uint8_t>(ReadFile(dir / "x")[0]) % 8, 0);
  const auto file = OpenSafetensors(dataset::MappedFile(dir / "x"));
  ASSERT_EQ(file->tensors().size(), tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    EXPECT_EQ(file->tensors()[i].name, tensors[i].name);
    EXPECT_EQ(file->tensors()[i].dtype, tensors[i].dtype);
    EXPECT_EQ(file->tensors()[i].shape, tensors[i].shape);
    EXPECT_EQ(file->tensors()[i].bytes, tensors[i].bytes);
  }
}

TEST(SafetensorsTest, AFileMayHoldNothing) {
  const TempDir dir;
  WriteSafetensors(dir / "x", {}, {}, dataset::Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "x"), FileOf("{}      ", ""));
  EXPECT_TRUE(OpenSafetensors(dataset::MappedFile(dir / "x"))->tensors().empty());
}

TEST(SafetensorsTest, TheWriterRefusesWhatItCouldNotReadBack) {
  const TempDir dir;
  const struct {
    std::vector<TensorView> tensors;
    std::map<std::string, std::string> metadata;
    const char* message;
  } kCases[] = {
      {{{"a", DType::kInt8, {1}, "x"}, {"a", DType::kInt8, {1}, "y"}}, {}, "the name 'a' is taken"},
      {{{"__metadata__", DType::kInt8, {1}, "x"}}, {}, "the name '__metadata__' is taken"},
      {{{"a", DType::kInt8, {2}, "x"}}, {}, "does not match its bytes"},
      {{{"a", DType::kInt8, {-1}, "x"}}, {}, "does not match its bytes"},
      {{{"\xff", DType::kInt8, {1}, "x"}}, {}, "not UTF-8"},
      {{}, {{"k", "\xc3"}}, "not UTF-8"},
  };
  for (const auto& test : kCases) {
    const auto write = [&] { WriteSafetensors(dir / "x", test.tensors, test.metadata, dataset::Sync::kNo); };
    EXPECT_NE(ErrorOf(write).find(test.message), std::string::npos) << test.message;
    EXPECT_FALSE(std::filesystem::exists(dir / "x"));
  }
}

TEST(SafetensorsTest, RefusesBadHeaders) {
  const std::string good = R"("a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]})";
  const auto entry = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return "{\"a\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
  };
  const auto two = [](const std::string& a, const std::string& b) {
    return "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":" + a +
           "},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":" + b + "}}";
  };
  const struct {
    std::string header;
    const char* message;
  } kCases[] = {
      {"", "does not begin with '{'"},
      {" {}", "does not begin with '{'"},
      {"[]", "does not begin with '{'"},
      {"{", "is not JSON"},
      {"{" + good, "is not JSON"},
      {"{" + good + "}}", "is not JSON"},
      {"{" + good + "}\xff", "is not JSON"},
      {"{" + good + ",}", "is not JSON"},
      {"{\"\xff\":1}", "is not JSON"},
      {"{" + good + "," + good + "}", "duplicate key 'a'"},
      {R"({"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "duplicate key 'dtype'"},
      {R"({"__metadata__":{"a":"b"},"__metadata__":{}})", "duplicate key '__metadata__'"},
      {R"({"__metadata__":{"a":"b","a":"c"}})", "duplicate key 'a'"},
      {R"({"__metadata__":{"a":1}})", "a number where none belongs"},
      {R"({"__metadata__":{"a":{}}})", "an object where none belongs"},
      {R"({"__metadata__":{"a":[]}})", "an array where none belongs"},
      {R"({"__metadata__":"x"})", "a string where none belongs"},
      {R"({"a":"x"})", "a string where none belongs"},
      {R"({"a":1})", "a number where none belongs"},
      {R"({"a":[]})", "an array where none belongs"},
      {R"({"a":null})", "null where none belongs"},
      {R"({"a":true})", "a boolean where none belongs"},
      {R"({"a":{}})", "is missing"},
      {R"({"a":{"dtype":"U8","shape":[2]}})", "is missing"},
      {R"({"a":{"shape":[2],"data_offsets":[0,2]}})", "is missing"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"more":1}})", "unknown key 'more'"},
      {entry("\"F8_E4M3\"", "[2]", "[0,2]"), "dtype 'F8_E4M3' is not read"},
      {entry("\"u8\"", "[2]", "[0,2]"), "dtype 'u8' is not read"},
      {entry("8", "[2]", "[0,2]"), "a number where none belongs"},
      {entry("[]", "[2]", "[0,2]"), "an array where none belongs"},
      {entry("{}", "[2]", "[0,2]"), "an object where none belongs"},
      {entry("\"U8\"", "2", "[0,2]"), "a number where none belongs"},
      {entry("\"U8\"", "\"2\"", "[0,2]"), "a string where none belongs"},
      {entry("\"U8\"", "[\"2\"]", "[0,2]"), "a string where none belongs"},
      {entry("\"U8\"", "[[2]]", "[0,2]"), "an array where none belongs"},
      {entry("\"U8\"", "[{}]", "[0,2]"), "an object where none belongs"},
      {entry("\"U8\"", "[-2]", "[0,2]"), "negative number -2"},
      {entry("\"U8\"", "[2.0]", "[0,2]"), "number '2.0' is not a count"},
      {entry("\"U8\"", "[NaN]", "[0,2]"), "is not JSON"},
      {entry("\"U8\"", "[9223372036854775808]", "[0,2]"), "number 9223372036854775808 is too large"},
      {entry("\"U8\"", "[18446744073709551617]", "[0,2]"), "is not a count"},
      {entry("\"U8\"", "[4611686018427387904,4611686018427387904]", "[0,2]"), "a shape that does not match"},
      {entry("\"U16\"", "[1]", "[0,2]"), "dtype 'U16' is not read"},
      {entry("\"U8\"", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]", "[0,2]"), "too many dimensions"},
      {entry("\"U8\"", "[2]", "[0]"), "data_offsets are not two numbers"},
      {entry("\"U8\"", "[2]", "[0,1,2]"), "data_offsets are not two numbers"},
      {entry("\"U8\"", "[2]", "[]"), "data_offsets are not two numbers"},
      {entry("\"U8\"", "[2]", "[0,-2]"), "negative number -2"},
      {entry("\"U8\"", "[2]", "[2,0]"), "begins behind a hole"},
      {entry("\"U8\"", "[2]", "[1,2]"), "begins behind a hole"},
      {entry("\"U8\"", "[1]", "[0,1]"), "has bytes behind the last tensor"},
      {entry("\"U8\"", "[3]", "[0,3]"), "is cut off"},
      {entry("\"U8\"", "[9223372036854775807]", "[0,9223372036854775807]"), "is cut off"},
      {entry("\"U8\"", "[3]", "[0,2]"), "a shape that does not match"},
      {entry("\"F32\"", "[2]", "[0,2]"), "a shape that does not match"},
      {two("[0,1]", "[0,1]"), "'b' overlaps the one before it"},
      {two("[0,1]", "[2,3]"), "'b' begins behind a hole"},
      {two("[1,0]", "[0,1]"), "a shape that does not match"},
  };
  const TempDir dir;
  for (const auto& test : kCases) {
    WriteFile(dir / "x", FileOf(test.header, "12"));
    const std::string error = ErrorOf([&] { OpenSafetensors(dataset::MappedFile(dir / "x")); });
    EXPECT_NE(error.find(test.message), std::string::npos) << test.header << ": " << error;
    EXPECT_TRUE(error.starts_with((dir / "x").string())) << error;
  }
}

TEST(SafetensorsTest, RefusesImpossibleHeaderLengths) {
  const TempDir dir;
  const std::pair<uint64_t, const char*> kCases[] = {
      {100'000'001, "above the limit of 100 MB"},
      {UINT64_MAX, "above the limit of 100 MB"},
      {100'000'000, "ends too early"},
      {kHeader.size() + kData.size() + 1, "ends too early"},
  };
  for (const auto& [length, message] : kCases) {
    WriteFile(dir / "x", BytesOf<uint64_t>({length}) + kHeader + kData);
    EXPECT_NE(ErrorOf([&] { OpenSafetensors(dataset::MappedFile(dir / "x")); }).find(message), std::string::npos)
        << length;
  }
}

TEST(SafetensorsTest, DeepNestingIsRefusedAtOnce) {
  const TempDir dir;
  WriteFile(dir / "x", FileOf("{\"a\":" + std::string(1'000'000, '['), ""));
  EXPECT_THROW(OpenSafetensors(dataset::MappedFile(dir / "x")), dataset::Error);
  WriteFile(dir / "x", FileOf("{\"a\":{\"shape\":[" + std::string(1'000'000, '['), ""));
  EXPECT_THROW(OpenSafetensors(dataset::MappedFile(dir / "x")), dataset::Error);
}

TEST(SafetensorsTest, EveryTruncationIsFound) {
  const TempDir dir;
  testing::ExpectEveryTruncationIsFound(dir / "x", kFile, [&] { OpenSafetensors(dataset::MappedFile(dir / "x")); });
}

TEST(SafetensorsTest, NoFlippedByteCrashes) {
  const TempDir dir;
  testing::ExpectNoFlippedByteCrashes(dir / "x", kFile, [&] { OpenSafetensors(dataset::MappedFile(dir / "x")); });
}

}  // namespace
}  // namespace train
