#include "dataset/sample/sample.h"

#include <gtest/gtest.h>

#include "dataset/record/example.h"
#include "dataset/sample/store.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

constexpr char kRawPixels[] = "abcdef";  // 1 x 2 RGB

Sample RawSample() {
  Sample sample;
  sample.store = Store::kRaw;
  sample.content = kRawPixels;
  sample.format = "RAW";
  sample.dtype = "uint8";
  sample.layout = "HWC";
  sample.height = 1;
  sample.width = 2;
  sample.channels = 3;
  sample.label = 0;
  sample.class_name = "rose";
  sample.filename = "rose/1.png";
  sample.source_id = std::string(64, '0');
  return sample;
}

Example RawExample() { return ParseExample(SerializeSample(RawSample()), {}); }

Feature Bytes(const std::string& value) { return std::vector<std::string>{value}; }
Feature Integer(int64_t value) { return std::vector<int64_t>{value}; }

std::string CauseOf(std::string_view payload, uint32_t classes = 2) {
  try {
    ParseSample(payload, classes, {"shard", 3, 4096});
  } catch (const Error& error) {
    const std::string what = error.what(), place = "shard: record 3 at byte 4096: ";
    EXPECT_EQ(what.substr(0, place.size()), place);
    return what.substr(std::min(what.size(), place.size()));
  }
  return "";
}

TEST(SampleTest, SerializesTheCanonicalExample) {
  Sample sample = RawSample();
  sample.label = 300;
  for (const Store store : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
    sample.store = store;
    for (const size_t size : {0, 1, 127, 128, 20000}) {
      const std::string content(size, 'x');
      sample.content = content;
      const std::string key = store == Store::kCompressed ? "image/encoded"
                              : store == Store::kRaw      ? "image/raw"
                                                          : "image/values";
      const Example expected = {
          {key, Bytes(content)},
          {"image/format", Bytes("RAW")},
          {"image/dtype", Bytes("uint8")},
          {"image/layout", Bytes("HWC")},
          {"image/height", Integer(1)},
          {"image/width", Integer(2)},
          {"image/channels", Integer(3)},
          {"image/class/label", Integer(300)},
          {"image/class/text", Bytes("rose")},
          {"image/filename", Bytes("rose/1.png")},
          {"image/source_id", Bytes(std::string(64, '0'))},
      };
      EXPECT_EQ(SerializeSample(sample), SerializeExample(expected));
    }
  }
}

TEST(SampleTest, ParsesWhatItSerialized) {
  const std::string payload = SerializeSample(RawSample());
  const Sample sample = ParseSample(payload, 1, {});
  EXPECT_EQ(sample.store, Store::kRaw);
  EXPECT_EQ(sample.content, kRawPixels);
  EXPECT_GE(sample.content.data(), payload.data()) << "the content is not a view of the payload";
  EXPECT_LE(sample.content.data(), payload.data() + payload.size());
  EXPECT_EQ(sample.format, "RAW");
  EXPECT_EQ(sample.dtype, "uint8");
  EXPECT_EQ(sample.layout, "HWC");
  EXPECT_EQ(sample.height, 1u);
  EXPECT_EQ(sample.width, 2u);
  EXPECT_EQ(sample.channels, 3u);
  EXPECT_EQ(sample.label, 0u);
  EXPECT_EQ(sample.class_name, "rose");
  EXPECT_EQ(sample.filename, "rose/1.png");
  EXPECT_EQ(sample.source_id, std::string(64, '0'));
}

// Other writers may write lists unpacked, keys in any order or twice, and values before keys.
TEST(SampleTest, TakesOtherEncodingsOfTheSameExample) {
  const std::string payload = SerializeSample(RawSample());
  // Appended entries of key image/class/label: 1 unpacked, then value before key, then a feature cleared and set again.
  const std::string key =
      "0a11"
      "696d6167652f636c6173732f6c6162656c";
  for (const std::string& entry : {
           "0a1b0a19" + key +
               "1204"
               "1a02"
               "0801",
           "0a1c0a1a"
           "1205"
           "1a03"
           "0a0101" +
               key,
           "0a200a1e" + key +
               "1209"
               "0a02"
               "0a00"
               "1a03"
               "0a0101",
           "0a1f0a1d" + key +
               "1208"
               "1a00"
               "1a04"
               "0a028100",
       }) {
    EXPECT_EQ(ParseSample(payload + FromHex(entry), 2, {}).label, 1u) << entry;
  }
  // An unknown key, and unknown fields of every type, are skipped.
  EXPECT_EQ(CauseOf(payload + FromHex("0a09"
                                      "0a07"
                                      "0a0178"
                                      "1202"
                                      "0a00"
                                      "1005"
                                      "19"
                                      "0000000000000000"
                                      "25"
                                      "00000000")),
            "");
}

TEST(SampleTest, RefusesMissingKeysAndWrongTypes) {
  for (const auto& [key, feature] : RawExample()) {
    Example example = RawExample();
    example.erase(key);
    EXPECT_EQ(CauseOf(SerializeExample(example)).substr(0, 5), "lacks") << key;
    const bool is_bytes = std::holds_alternative<std::vector<std::string>>(feature);
    const Feature wrong[] = {
        is_bytes ? Integer(1) : Bytes("x"), std::vector<float>{1}, std::monostate{},
        is_bytes ? Feature(std::vector<std::string>{}) : Feature(std::vector<int64_t>{}),
        is_bytes ? Feature(std::vector<std::string>{"a", "b"}) : Feature(std::vector<int64_t>{1, 1})};
    for (const Feature& other : wrong) {
      example[key] = other;
      EXPECT_NE(CauseOf(SerializeExample(example)).find("is not one"), std::string::npos) << key;
    }
  }
}

TEST(SampleTest, RefusesValuesThatDoNotFit) {
  const struct {
    const char* key;
    Feature value;
    const char* cause;
  } cases[] = {
      {"image/class/label", Integer(2), "image/class/label 2 is not in 0 ... 1"},
      {"image/class/label", Integer(-1), "image/class/label -1 is not in"},
      {"image/height", Integer(0), "image/height 0"},
      {"image/height", Integer(2), "image/raw has 6 bytes"},
      {"image/width", Integer(-2), "image/width -2"},
      {"image/width", Integer(int64_t{1} << 32 | 2), "image/width 4294967298"},
      {"image/width", Integer(178956970), "image/raw has 6 bytes"},
      {"image/channels", Integer(1), "image/raw has 6 bytes"},
      {"image/channels", Integer(2), "image/channels is neither"},
      {"image/channels", Integer(4), "image/channels 4"},
      {"image/dtype", Bytes("float32"), "image/dtype does not fit"},
      {"image/layout", Bytes("CHW"), "image/layout does not fit"},
      {"image/format", Bytes("JPEG"), "image/format does not fit"},
      {"image/raw", Bytes("abcde"), "image/raw has 5 bytes"},
      {"image/raw", Bytes("abcdefg"), "image/raw has 7 bytes"},
      {"image/encoded", Bytes("x"), "has more than one of"},
      {"image/values", Bytes("x"), "has more than one of"},
  };
  for (const auto& [key, value, cause] : cases) {
    Example example = RawExample();
    example[key] = value;
    EXPECT_EQ(CauseOf(SerializeExample(example)).substr(0, std::string_view(cause).size()), cause) << key;
  }
  Example huge = RawExample();
  huge["image/width"] = Integer(178956970);
  huge["image/height"] = Integer(178956970);
  EXPECT_NE(CauseOf(SerializeExample(huge)), "");
}

TEST(SampleTest, RefusesAnEmptyEncodedPicture) {
  Sample sample = RawSample();
  sample.store = Store::kCompressed;
  sample.format = "PNG";
  sample.content = "";
  EXPECT_EQ(CauseOf(SerializeSample(sample)), "image/encoded is empty");
}

TEST(SampleTest, NoCutAndNoFlippedBitCrashes) {
  const std::string payload = SerializeSample(RawSample());
  for (size_t size = 0; size < payload.size(); ++size) EXPECT_NE(CauseOf(payload.substr(0, size)), "") << size;
  for (size_t bit = 0; bit < payload.size() * 8; ++bit) {
    std::string flipped = payload;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    CauseOf(flipped);
  }
}

TEST(SampleTest, RefusesBytesThatAreNoMessage) {
  for (const char* hex : {"0a", "0aff", "0affffffffffffffffff01", "0b", "0c", "07", "00", "0fff", "08", "0d0000",
                          "0900", "08ffffffffffffffffffff01", "ffffffffffffffffff7f00"}) {
    EXPECT_TRUE(CauseOf(FromHex(hex)).starts_with("not an Example: ")) << hex;
  }
}

TEST(SampleTest, StoredPixelsOfRawAreTheContent) {
  Image image;
  StoredPixels(RawSample(), {}, &image);
  EXPECT_EQ(image.height(), 1);
  EXPECT_EQ(image.width(), 2);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(image.data()), image.bytes()), kRawPixels);
}

TEST(SampleTest, StoredPixelsRefuseAnotherDtypeAndMoreChannelsThanTheScales) {
  Sample sample = RawSample();
  sample.store = Store::kNormalized;
  sample.dtype = "float16";
  const std::string values(12, '\0');
  sample.content = values;
  Image image;
  StoredPixels(sample, {"unit", "float16", {1, 1, 1}, {0, 0, 0}}, &image);
  EXPECT_EQ(image.bytes(), 6u);
  EXPECT_THROW(StoredPixels(sample, {"unit", "float32", {1, 1, 1}, {0, 0, 0}}, &image), Error);
  EXPECT_THROW(StoredPixels(sample, {"unit", "float16", {1}, {0}}, &image), Error);
}

}  // namespace
}  // namespace dataset
