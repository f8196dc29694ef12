#include "dataset/record/example.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "dataset/base/random.h"
#include "dataset/io/file.h"
#include "dataset/record/record_reader.h"
#include "proto/example.pb.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;
using testing::TempDir;
using Strings = std::vector<std::string>;
using Floats = std::vector<float>;
using Integers = std::vector<int64_t>;

dstools::Example ToProto(const Example& example) {
  dstools::Example proto;
  auto& map = *proto.mutable_features()->mutable_feature();
  for (const auto& [key, feature] : example) {
    dstools::Feature& out = map[key];
    if (const auto* strings = std::get_if<Strings>(&feature)) {
      for (const auto& value : *strings) out.mutable_bytes_list()->add_value(value);
      out.mutable_bytes_list();
    } else if (const auto* floats = std::get_if<Floats>(&feature)) {
      out.mutable_float_list()->mutable_value()->Assign(floats->begin(), floats->end());
    } else if (const auto* integers = std::get_if<Integers>(&feature)) {
      out.mutable_int64_list()->mutable_value()->Assign(integers->begin(), integers->end());
    }
  }
  return proto;
}

Example FromProto(const dstools::Example& proto) {
  Example example;
  for (const auto& [key, feature] : proto.features().feature()) {
    Feature& out = example[key];
    if (feature.has_bytes_list()) {
      out = Strings(feature.bytes_list().value().begin(), feature.bytes_list().value().end());
    } else if (feature.has_float_list()) {
      out = Floats(feature.float_list().value().begin(), feature.float_list().value().end());
    } else if (feature.has_int64_list()) {
      out = Integers(feature.int64_list().value().begin(), feature.int64_list().value().end());
    }
  }
  return example;
}

std::string SerializeWithSortedKeys(const dstools::Example& proto) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    proto.SerializeToCodedStream(&coded);
  }
  return bytes;
}

Example RandomExample(uint32_t id) {
  Rng rng(1, Domain::kAugment, 0, id);
  const auto random_bytes = [&rng](uint32_t most, uint32_t values) {
    std::string bytes(rng.Below(most + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(rng.Below(values));
    return bytes;
  };
  Example example;
  for (uint32_t features = rng.Below(8); features > 0; --features) {
    const std::string key = random_bytes(10, 128);
    const uint32_t values = rng.Below(6);
    switch (rng.Below(4)) {
      case 0: {
        Strings list;
        for (uint32_t i = 0; i < values; ++i) list.push_back(random_bytes(300, 256));
        example[key] = list;
        break;
      }
      case 1: {
        Floats list;
        for (uint32_t i = 0; i < values; ++i) list.push_back(static_cast<float>(rng.Normal()));
        example[key] = list;
        break;
      }
      case 2: {
        Integers list;
        for (uint32_t i = 0; i < values; ++i) {
          list.push_back(static_cast<int64_t>((uint64_t{rng.Word()} << 32 | rng.Word()) >> rng.Below(64)));
        }
        example[key] = list;
        break;
      }
      default:
        example[key] = {};
    }
  }
  return example;
}

// Copies the view and its strings.
Example Copy(const ExampleView& view) {
  Example example;
  for (const auto& [key, feature] : view) {
    Feature& out = example[std::string(key)];
    if (const auto* strings = std::get_if<std::vector<std::string_view>>(&feature)) {
      out = Strings(strings->begin(), strings->end());
    } else if (const auto* floats = std::get_if<Floats>(&feature)) {
      out = *floats;
    } else if (const auto* integers = std::get_if<Integers>(&feature)) {
      out = *integers;
    }
  }
  return example;
}

TEST(ExampleTest, BytesAreThoseOfProtocolBuffers) {
  for (uint32_t id = 0; id < 500; ++id) {
    const Example example = RandomExample(id);
    const dstools::Example proto = ToProto(example);
    const std::string bytes = SerializeExample(example);
    ASSERT_EQ(bytes, SerializeWithSortedKeys(proto)) << id;
    dstools::Example parsed;
    ASSERT_TRUE(parsed.ParseFromString(bytes)) << id;
    ASSERT_EQ(FromProto(parsed), example) << id;

    const std::string unsorted = proto.SerializeAsString();
    ASSERT_EQ(ParseExample(unsorted, {}), example) << id;
    const ExampleView view = ParseExampleView(unsorted, {});
    ASSERT_EQ(Copy(view), example) << id;
    ASSERT_EQ(SerializeExample(view), bytes) << id;
  }
}

// Damaged bytes are either refused, or mean the same to us as to protocol buffers.
TEST(ExampleTest, DamagedBytesMeanTheSameToProtocolBuffers) {
  int taken = 0;
  for (uint32_t id = 0; id < 4000; ++id) {
    std::string bytes = SerializeExample(RandomExample(id % 100));
    Rng rng(2, Domain::kAugment, 0, id);
    for (uint32_t changes = 1 + rng.Below(3); changes > 0; --changes) {
      const uint32_t at = rng.Below(static_cast<uint32_t>(bytes.size()));
      switch (rng.Below(3)) {
        case 0:
          bytes[at] = static_cast<char>(rng.Below(256));
          break;
        case 1:
          bytes[at] = static_cast<char>(bytes[at] ^ 1 << rng.Below(8));
          break;
        default:
          bytes.resize(at + 1);
      }
    }
    Example example;
    try {
      example = ParseExample(bytes, {});
    } catch (const Error&) {
      EXPECT_THROW(ParseExampleView(bytes, {}), Error);
      continue;
    }
    ++taken;
    EXPECT_EQ(SerializeExample(ParseExampleView(bytes, {})), SerializeExample(example));
    dstools::Example proto;
    ASSERT_TRUE(proto.ParseFromString(bytes)) << id;
    // As bytes, since a NaN differs from itself.
    ASSERT_EQ(SerializeExample(FromProto(proto)), SerializeExample(example)) << id;
  }
  EXPECT_GT(taken, 500);
}

TEST(ExampleTest, AFrameHasAllButOneValue) {
  for (const size_t size : {0, 1, 127, 128, 100000}) {
    const std::string value(size, 'v'), equal = value;
    const ExampleView example{{"a", std::vector<std::string_view>{equal}},
                              {"b", std::vector<int64_t>{1, -1}},
                              {"c", std::vector<std::string_view>{value}},
                              {"d", std::vector<std::string_view>{equal, equal}}};
    ExampleShell shell = SerializeAround(example, value);
    const std::string bytes = SerializeExample(example);
    EXPECT_EQ(shell.bytes.size() + size, bytes.size());
    EXPECT_GT(shell.hole, size) << "the value itself, not the equal one before it";
    EXPECT_EQ(shell.bytes.insert(shell.hole, value), bytes) << size;
  }
}

TEST(ExampleTest, NoFeatures) {
  EXPECT_EQ(SerializeExample(Example()), FromHex("0a00"));
  EXPECT_TRUE(ParseExample("", {}).empty());
  EXPECT_TRUE(ParseExample(FromHex("0a00"), {}).empty());
}

TEST(ExampleTest, ExtremeValues) {
  const Example example{
      {"int", Integers{0, -1, 127, 128, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}},
      {"float", Floats{0.f, -0.f, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::denorm_min()}},
      {"bytes", Strings{"", std::string("\0\xff", 2), std::string(200000, 'x')}},
      {"", Strings{}},
      {"schön", {}}};
  const std::string bytes = SerializeExample(example);
  EXPECT_EQ(bytes, SerializeWithSortedKeys(ToProto(example)));
  const Example parsed = ParseExample(bytes, {});
  EXPECT_EQ(parsed, example);
  EXPECT_TRUE(std::signbit(std::get<Floats>(parsed.at("float"))[1]));

  const auto nan = std::bit_cast<float>(0x7fc12345u);
  const Example with_nan = ParseExample(SerializeExample(Example{{"f", Floats{nan}}}), {});
  EXPECT_EQ(std::bit_cast<uint32_t>(std::get<Floats>(with_nan.at("f"))[0]), 0x7fc12345u);
}

TEST(ExampleTest, TakesWhatOtherWritersMake) {
  const struct {
    const char* name;
    const char* hex;
    Example expected;
  } kCases[] = {
      {"packed integers", "0a0e 0a0c 0a0161 1207 1a05 0a03 05ac02", {{"a", Integers{5, 300}}}},
      {"unpacked integers", "0a0e 0a0c 0a0161 1207 1a05 0805 08ac02", {{"a", Integers{5, 300}}}},
      {"both", "0a10 0a0e 0a0161 1209 1a07 0805 0a0105 0806", {{"a", Integers{5, 5, 6}}}},
      {"unpacked floats", "0a13 0a11 0a0161 120c 120a 0d0000803f 0d00000040", {{"a", Floats{1, 2}}}},
      {"value before key", "0a0c 0a0a 1205 1a03 0a0105 0a0161", {{"a", Integers{5}}}},
      {"the last of equal keys",
       "0a18 0a0a 0a0161 1205 1a03 0a0105 0a0a 0a0161 1205 1a03 0a0106",
       {{"a", Integers{6}}}},
      {"features in two parts",
       "0a0c 0a0a 0a0161 1205 1a03 0a0105 0a0c 0a0a 0a0162 1205 1a03 0a0106",
       {{"a", Integers{5}}, {"b", Integers{6}}}},
      {"the last kind of a feature", "0a11 0a0f 0a0161 120a 1a03 0a0105 0a03 0a0178", {{"a", Strings{"x"}}}},
      {"no key", "0a09 0a07 1205 1a03 0a0105", {{"", Integers{5}}}},
      {"no value", "0a05 0a03 0a0161", {{"a", {}}}},
      {"unknown fields",
       "1001 1a0178 0a0c 0a0a 0a0161 1205 1a03 0a0105 2500000000 290000000000000000",
       {{"a", Integers{5}}}},
      {"a length in more bytes than it needs", "0a8d00 0a8a00 0a0161 1205 1a03 0a0105", {{"a", Integers{5}}}},
  };
  for (const auto& c : kCases) {
    const std::string bytes = FromHex(c.hex);
    dstools::Example proto;
    const bool taken = proto.ParseFromString(bytes);
    EXPECT_TRUE(taken && FromProto(proto) == c.expected) << c.name << ": the case itself is wrong";
    try {
      EXPECT_EQ(ParseExample(bytes, {}), c.expected) << c.name;
    } catch (const Error& error) {
      ADD_FAILURE() << c.name << ": " << error.what();
    }
  }
}

TEST(ExampleTest, RefusesWhatIsNoExample) {
  const struct {
    const char* hex;
    const char* cause;
  } kCases[] = {
      {"0a", "a field goes beyond the end"},
      {"0a05", "a field goes beyond the end"},
      {"0a ffffffffffffffffff01", "a field goes beyond the end"},
      {"0a 80", "a field goes beyond the end"},
      {"0a ffffffffffffffffffff01", "a number has more than 64 bits"},
      {"0a ffffffffffffffffff02", "a number has more than 64 bits"},
      {"00 01", "a field's number is out of range"},
      {"ffffffffff01 00", "a field's number is out of range"},
      {"0b 0c", "a field has wire type 3"},
      {"0e", "a field has wire type 6"},
      {"0f", "a field has wire type 7"},
      {"0801", "field 1 has another type"},
      {"0a02 0801", "field 1 has another type"},
      {"0a04 0a02 0801", "field 1 has another type"},
      {"0a04 0a02 1001", "field 2 has another type"},
      {"0a06 0a04 1202 0801", "field 1 has another type"},
      {"0a08 0a06 1204 0a02 0801", "field 1 has another type"},
      {"0a0b 0a09 1207 1a05 0d00000000", "field 1 has another type"},
      {"0a08 0a06 1204 1202 0801", "field 1 has another type"},
      {"0a0b 0a09 1207 1205 0a03 000000", "a packed list of floats ends within a float"},
      {"0a09 0a07 1205 1a03 0a01 80", "a field goes beyond the end"},
      {"0a05 0a03 0a01ff", "a key is not UTF-8"},
      {"0a07 0a05 0a03eda080", "a key is not UTF-8"},
      {"0a08 0a06 0a01ff 0a0178", "a key is not UTF-8"},  // an invalid key before the one that counts
      {"0a02 25 00", "a field goes beyond the end"},
      {"0a02 21 00", "a field goes beyond the end"},
  };
  for (const auto& c : kCases) {
    const std::string bytes = FromHex(c.hex);
    try {
      ParseExample(bytes, {"f", 3, 100});
      ADD_FAILURE() << c.hex << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), std::string("f: record 3 at byte 100: not an Example: ") + c.cause) << c.hex;
    }
    EXPECT_THROW(ParseExampleView(bytes, {}), Error) << c.hex;
  }
}

TEST(ExampleTest, ReadsTheExamplesOfOtherPrograms) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  for (const char* name : {"flowers_validation_00000-of-00005.tfrecord", "flowers_validation_00001-of-00005.tfrecord",
                           "torchdata_example.tfrecord", "gotfdata_single.record"}) {
    RecordReader reader(data / "tfrecords" / name);
    while (const auto payload = reader.Next()) {
      dstools::Example proto;
      ASSERT_TRUE(proto.ParseFromArray(payload->data(), static_cast<int>(payload->size())));
      const Example example = ParseExample(*payload, {});
      EXPECT_FALSE(example.empty());
      EXPECT_EQ(example, FromProto(proto)) << name;
    }
  }
  RecordReader flowers(data / "tfrecords/flowers_validation_00000-of-00005.tfrecord");
  const Example first = ParseExample(flowers.Next().value(), {});
  EXPECT_EQ(std::get<Strings>(first.at("image/format")), Strings{"jpg"});
  EXPECT_TRUE(std::get<Strings>(first.at("image/encoded"))[0].starts_with("\xff\xd8"));
}

TEST(ExampleTest, ProtocMakesAndReadsOurBytes) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const TempDir dir;
  const Example example{{"image/class/label", Integers{1}},
                        {"image/class/text", Strings{"cat"}},
                        {"image/encoded", Strings{"\xff\xd8\xff\xd9"}},
                        {"image/format", Strings{"JPEG"}},
                        {"image/height", Integers{2}},
                        {"image/width", Integers{300}}};
  const std::string bytes = SerializeExample(example);
  EXPECT_EQ(bytes, ReadFile(data / "golden/ex.bin"));

  const std::string protoc = "cd '" + testing::SourceDir().string() + "' && protoc proto/example.proto ";
  const auto encoded = testing::RunCommand(protoc + "--deterministic_output --encode=dstools.Example <'" +
                                           (data / "golden/ex.txt").string() + "'");
  ASSERT_EQ(encoded.exit_code, 0) << encoded.err;
  EXPECT_EQ(encoded.out, bytes);

  testing::WriteFile(dir / "ours", bytes);
  const auto decoded = testing::RunCommand(protoc + "--decode=dstools.Example <'" + (dir / "ours").string() + "'");
  ASSERT_EQ(decoded.exit_code, 0) << decoded.err;
  for (const char* line : {"key: \"image/class/label\"", "value: 1\n", "value: \"cat\"",
                           "value: \"\\377\\330\\377\\331\"", "value: \"JPEG\"", "value: 2\n", "value: 300\n"}) {
    EXPECT_NE(decoded.out.find(line), std::string::npos) << line << decoded.out;
  }
  EXPECT_EQ(decoded.out.find("1:"), std::string::npos) << "an unknown field: " << decoded.out;
}

}  // namespace
}  // namespace dataset
