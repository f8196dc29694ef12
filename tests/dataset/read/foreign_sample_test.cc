#include "dataset/read/foreign_sample.h"

#include <gtest/gtest.h>

#include "dataset/record/example.h"
#include "dataset/sample/store.h"
#include "tests/dataset/read/foreign_file.h"

namespace dataset {
namespace {

using testing::ForeignExample;
using testing::Text;
using Content = ForeignContent;

Feature Integers(std::vector<int64_t> values) { return values; }

const std::map<std::string, std::string> kKeys = {{"image", "image"}, {"label", "label"}, {"shape", "shape"}};

Example Pixels(Feature image, std::vector<int64_t> shape) {
  return {{"image", std::move(image)}, {"label", Integers({1})}, {"shape", Integers(std::move(shape))}};
}

class ForeignSampleTest : public ::testing::Test {
 protected:
  Sample Parse(const Example& example) {
    payload_ = SerializeExample(example);
    Sample sample;
    ParseForeignSample(payload_, SampleKeys(keys_), format_, classes_, {"f", 7, 99}, &sample);
    return sample;
  }

  std::string CauseOf(const Example& example) {
    try {
      Parse(example);
    } catch (const Error& error) {
      const std::string what = error.what(), place = "f: record 7 at byte 99: ";
      EXPECT_TRUE(what.starts_with(place)) << what;
      return what.substr(std::min(what.size(), place.size()));
    }
    return "";
  }

  Content ContentOf(const Example& example) const {
    return ForeignContentOf(SerializeExample(example), SampleKeys(keys_), format_, {});
  }

  std::string ErrorOf(const std::string& payload) const {
    try {
      ForeignContentOf(payload, SampleKeys(keys_), format_, {});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  std::map<std::string, std::string> keys_ = kKeys;
  ForeignFormat format_;
  ForeignClasses classes_{3, {}};
  std::string payload_;
};

TEST_F(ForeignSampleTest, TheRecordTellsWhatItHolds) {
  EXPECT_EQ(ContentOf(Pixels(Text(testing::Jpeg(1)), {})), Content::kEncoded) << "whatever the shape says";
  EXPECT_EQ(ContentOf(Pixels(Text(testing::Png(1)), {1, 1, 3})), Content::kEncoded);
  EXPECT_EQ(ContentOf(Pixels(Text(std::string(12, 'x')), {2, 2, 3})), Content::kUint8);
  EXPECT_EQ(ContentOf(Pixels(Text(std::string(4, 'x')), {2, 2})), Content::kUint8);
  EXPECT_EQ(ContentOf(Pixels(Text(std::string(48, 'x')), {2, 2, 3})), Content::kFloat32);
  EXPECT_EQ(ContentOf(Pixels(std::vector<float>(12), {2, 2, 3})), Content::kFloat32);
  EXPECT_THROW(ContentOf(Pixels(Text("x"), {2, 2, 3})), Error);
}

TEST_F(ForeignSampleTest, ShapesTellTheLayout) {
  format_.content = Content::kUint8;
  const struct {
    std::vector<int64_t> shape;
    std::optional<PixelLayout> asked;
    uint32_t height, width, channels;
    const char* layout;
  } cases[] = {
      {{2, 4, 3}, {}, 2, 4, 3, "HWC"},
      {{3, 2, 4}, {}, 2, 4, 3, "CHW"},
      {{4, 6, 1}, {}, 4, 6, 1, "HWC"},
      {{1, 4, 6}, {}, 4, 6, 1, "CHW"},
      {{4, 6}, {}, 4, 6, 1, "HWC"},
      {{1, 4, 6, 1}, {}, 4, 6, 1, "HWC"},
      {{1, 4, 6, 3}, {}, 4, 6, 3, "HWC"},
      {{1, 3, 4, 6}, {}, 4, 6, 3, "CHW"},
      {{3, 4, 3}, {}, 3, 4, 3, "HWC"},
      {{3, 4, 3}, PixelLayout::kChw, 4, 3, 3, "CHW"},
      {{3, 8, 1}, PixelLayout::kChw, 8, 1, 3, "CHW"},
  };
  for (const auto& c : cases) {
    format_.layout = c.asked;
    const Sample sample = Parse(Pixels(Text(std::string(c.height * c.width * c.channels, 'x')), c.shape));
    EXPECT_EQ(sample.store, Store::kRaw);
    EXPECT_EQ(sample.height, c.height);
    EXPECT_EQ(sample.width, c.width);
    EXPECT_EQ(sample.channels, c.channels);
    EXPECT_EQ(sample.layout, c.layout);
  }
}

TEST_F(ForeignSampleTest, HeightAndWidthDoForAShape) {
  keys_.erase("shape");
  format_.content = Content::kUint8;
  Example example = {{"image", Text(std::string(24, 'x'))},
                     {"label", Integers({1})},
                     {"image/height", Integers({2})},
                     {"image/width", Integers({4})}};
  EXPECT_EQ(Parse(example).channels, 3u) << "the size tells";
  example["image"] = Text(std::string(8, 'x'));
  EXPECT_EQ(Parse(example).channels, 1u);
  example["image/channels"] = Integers({3});
  EXPECT_EQ(CauseOf(example), "image has 8 bytes, not those of 2 x 4 x 3 bytes");
  example["image"] = Text(std::string(24, 'x'));
  example["image/layout"] = Text("chw");
  EXPECT_EQ(Parse(example).layout, "CHW");
  example["image/channels"] = Integers({4});
  EXPECT_EQ(CauseOf(example),
            "has a picture of 4 channels; pictures of 1 or 3 are read, and no option drops others, "
            "such as alpha");
  example["image/channels"] = Integers({3});
  example["image/layout"] = Text("NHWC");
  EXPECT_NE(CauseOf(example).find("neither HWC nor CHW"), std::string::npos);
}

TEST_F(ForeignSampleTest, OptionalFeaturesMayLackOrBeStrange) {
  format_.content = Content::kEncoded;
  keys_ = {};
  Example example = ForeignExample(testing::Jpeg(1), 2);
  for (const char* key : {"image/height", "image/width", "image/channels", "image/class/text", "image/filename",
                          "image/source_id", "image/format", "image/layout", "image/dtype"}) {
    for (const Feature& feature :
         {Feature(std::monostate{}), Integers({-5}), Integers({}), Text("?"), Feature(std::vector<float>{1})}) {
      example[key] = feature;
      EXPECT_EQ(CauseOf(example), "") << key;
    }
  }
  const Sample sample = Parse(ForeignExample(testing::Jpeg(1), 2));
  EXPECT_EQ(sample.format, "JPEG");
  EXPECT_EQ(sample.filename, "");
  EXPECT_EQ(sample.height, 0u) << "the header of the file tells";
}

TEST_F(ForeignSampleTest, RefusesWhatIsNoPicture) {
  const Feature twelve = Text(std::string(12, 'x'));
  const std::vector<float> floats(12);
  Example no_shape = Pixels(twelve, {}), no_image = no_shape, no_label = Pixels(twelve, {2, 2, 3});
  no_shape.erase("shape");
  no_image.erase("image");
  no_label.erase("label");
  Example bytes_shape = no_label, floats_shape = no_label;
  bytes_shape["shape"] = Text(std::string(24, '\x01'));
  floats_shape["shape"] = std::vector<float>{2, 2, 3};
  const struct {
    Content content;
    Example example;
    const char* cause;
  } cases[] = {
      {Content::kUint8, no_image, "lacks image, but has label, shape; `keys` image=KEY,label=KEY names them"},
      {Content::kUint8, no_label, "lacks label, but has image, shape; `keys` label=KEY names it"},
      {Content::kUint8, no_shape, "lacks its shape; `keys` shape=KEY"},
      {Content::kFloat32, no_shape, "lacks its shape; `keys` shape=KEY"},
      {Content::kUint8, Pixels(twelve, {2, 2, 1}), "image has 12 bytes, not those of 2 x 2 x 1 bytes"},
      {Content::kUint8, Pixels(twelve, {3, 2, 3}), "image has 12 bytes, not those of 3 x 2 x 3 bytes"},
      {Content::kFloat32, Pixels(twelve, {2, 2, 3}), "image has 12 bytes, not those of 2 x 2 x 3 floats"},
      {Content::kFloat32, Pixels(floats, {2, 2, 1}), "image has 48 bytes, not those of 2 x 2 x 1 floats"},
      {Content::kUint8, Pixels(floats, {2, 2, 3}), "image has floats, but the first record has bytes"},
      {Content::kEncoded, Pixels(floats, {2, 2, 3}), "image has floats, but the first record has an image file"},
      {Content::kEncoded, Pixels(Text(""), {2, 2, 3}), "image is empty"},
      {Content::kUint8, Pixels(std::vector<std::string>{"a", "b"}, {1, 1, 1}),
       "image is neither one byte string nor floats, but 2 byte strings, which no option reads as a picture"},
      {Content::kUint8, Pixels(Integers({1, 2, 3}), {1, 1, 1}),
       "image is neither one byte string nor floats, but 3 integers, which no option reads as a picture"},
      {Content::kUint8, Pixels(twelve, {12}),
       "shape is not two or three integers, but 1 integer; write it so, or name "},
      {Content::kUint8, Pixels(twelve, {2, 2, 2, 3}), "shape is not two or three integers, but 4 integers"},
      {Content::kUint8, Pixels(twelve, {1, 1, 2, 2, 3}), "shape is not two or three integers, but 5 integers"},
      {Content::kUint8, bytes_shape, "shape is not two or three integers, but 24 bytes; write it so, or name sides"},
      {Content::kUint8, floats_shape, "shape is not two or three integers, but 3 floats"},
      {Content::kUint8, Pixels(twelve, {2, 0, 3}), "shape has a side of 0 pixels"},
      {Content::kUint8, Pixels(twelve, {2, -2, 3}), "shape has a side of -2 pixels"},
      {Content::kUint8, Pixels(twelve, {int64_t{1} << 62, 4, 1}), "shape has a side of 4611686018427387904 pixels"},
      {Content::kUint8, Pixels(twelve, {100000000, 100000000, 3}), "has a picture of more than"},
      {Content::kUint8, Pixels(twelve, {2, 3, 2}), "shape 2 x 3 x 2 has no 1 or 3 channels first or last; "},
      {Content::kUint8, Pixels(twelve, {4, 4, 4}),
       "shape 4 x 4 x 4 has no 1 or 3 channels first or last; pictures of 1 or 3 are read, and no option drops others"},
  };
  for (const auto& c : cases) {
    format_.content = c.content;
    EXPECT_TRUE(CauseOf(c.example).starts_with(c.cause)) << CauseOf(c.example) << "\nnot " << c.cause;
  }
  format_.content = Content::kUint8;
  format_.layout = PixelLayout::kChw;
  EXPECT_TRUE(
      CauseOf(Pixels(twelve, {2, 2, 3})).starts_with("shape 2 x 2 x 3 has no 1 or 3 channels where layout CHW"));
}

// What the first record holds tells whether the files can be read at all, so the message must say what it is.
TEST_F(ForeignSampleTest, ContentThatIsNoPictureIsNamed) {
  const auto cause = [&](const Example& example) { return ErrorOf(SerializeExample(example)); };
  const std::string tensor = testing::FromHex("0804 120c 1202081c 1202081c 12020801 22039006") + "x";
  EXPECT_EQ(cause(Pixels(Text(tensor), {28, 28, 1})),
            "image is a serialised tensor (uint8, 28 x 28 x 1), which no option reads; write image files, or pixels as "
            "bytes");
  const std::string binary = "\x01\x02";
  const struct {
    size_t bytes;
    const char* cause;
  } sizes[] = {
      {24,
       "image is no image file, and its 24 bytes are not those of 2 x 2 x 3 bytes or floats; they may be uint16 or "
       "float16, which no option reads"},
      {96,
       "image is no image file, and its 96 bytes are not those of 2 x 2 x 3 bytes or floats; they may be int64 or "
       "float64, which no option reads"},
      {16,
       "image is no image file, and its 16 bytes are not those of 2 x 2 x 3 bytes or floats; they may have 4 "
       "channels: pictures of 1 or 3 are read, and no option drops others, such as alpha"},
      {26, "image is no image file, and its 26 bytes are not those of 2 x 2 x 3 bytes or floats"},
  };
  for (const auto& c : sizes) {
    std::string bytes;
    while (bytes.size() < c.bytes) bytes += binary;
    EXPECT_EQ(cause(Pixels(Text(bytes), {2, 2, 3})), c.cause);
  }
  std::string sequence = SerializeExample(Example{{"label", Integers({1})}}) + testing::FromHex("1204 0a02 0800");
  EXPECT_NE(ErrorOf(sequence).find("lacks image, but has label and the feature lists of a SequenceExample, which no "
                                   "option reads"),
            std::string::npos)
      << ErrorOf(sequence);
}

TEST_F(ForeignSampleTest, NoCutAndNoFlippedBitCrashes) {
  const std::string payload = SerializeExample(Pixels(std::vector<float>(12, 0.5f), {2, 2, 3}));
  const SampleKeys keys(kKeys);
  const auto parse = [&](const std::string& bytes) {
    for (const std::optional<Content> content : {std::optional<Content>(), std::optional(Content::kFloat32)}) {
      try {
        Sample sample;
        ParseForeignSample(bytes, keys, {content, {}, 0}, classes_, {}, &sample);
        if (sample.store == Store::kNormalized) {
          EXPECT_EQ(sample.content.size(), sizeof(float) * sample.height * sample.width * sample.channels);
        }
      } catch (const Error&) {
      }
    }
  };
  for (size_t size = 0; size < payload.size(); ++size) parse(payload.substr(0, size));
  for (size_t bit = 0; bit < payload.size() * 8; ++bit) {
    std::string flipped = payload;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    parse(flipped);
  }
}

}  // namespace
}  // namespace dataset
