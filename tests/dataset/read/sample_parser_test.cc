#include "dataset/read/sample_parser.h"

#include <gtest/gtest.h>

#include "dataset/codec/decoder.h"
#include "dataset/sample/store.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/dataset/image/image_compare.h"
#include "tests/dataset/read/foreign_file.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::ForeignExample;
using testing::TempDir;
using testing::Text;
using testing::WriteFile;

class SampleParserTest : public ::testing::Test {
 protected:
  // Parses a file whose only record is this one.
  Sample Parse(const Example& example) {
    payload_ = SerializeExample(example);
    return SampleParser(dir_ / "x", {}).Parse({payload_, {}, 0, {"x", 7, 99}});
  }

  std::string ErrorOf(const Example& example) {
    try {
      Parse(example);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  const TempDir dir_;
  std::string payload_;
};

TEST_F(SampleParserTest, TakesTwoFeaturesForASample) {
  const Sample sample = Parse(ForeignExample("abc", 3));
  EXPECT_EQ(sample.content, "abc");
  EXPECT_EQ(sample.store, Store::kCompressed);
  EXPECT_EQ(sample.label, 3u);
  EXPECT_EQ(sample.class_name, "3");
  EXPECT_EQ(sample.filename, "");
}

TEST_F(SampleParserTest, NamesTheClassByTextThenByClassesThenByNumber) {
  WriteFile(dir_ / "classes.txt", "cat\ndog\n");
  EXPECT_EQ(Parse(ForeignExample("abc", 1)).class_name, "dog");
  EXPECT_EQ(Parse(ForeignExample("abc", 2)).class_name, "2");
  Example named = ForeignExample("abc", 1);
  named["image/class/text"] = Text("hound");
  EXPECT_EQ(Parse(named).class_name, "hound");
  named["image/class/text"] = Text("");
  EXPECT_EQ(Parse(named).class_name, "dog");
}

TEST_F(SampleParserTest, RefusesWhatHasNoPictureOrLabel) {
  Example two = ForeignExample("abc", 1), no_label = two, no_image = two, texts = two, values = two;
  two["image/encoded"] = std::vector<std::string>{"a", "b"};
  no_label.erase("image/class/label");
  no_image.erase("image/encoded");
  texts["image/class/label"] = Text("one");
  values["image/values"] = Text("");
  const struct {
    Example example;
    const char* cause;
  } cases[] = {
      {two, "image/encoded is neither one byte string nor floats"},
      {no_image, "lacks image/encoded, but has image/class/label; `keys`"},
      {no_label, "lacks image/class/label, but has image/encoded; `keys`"},
      {texts, "image/class/label \"one\" is text; `classes`"},
      {ForeignExample("abc", -1), "image/class/label -1 is not in 0 ... 4294967294"},
      {ForeignExample("abc", int64_t{1} << 32), "image/class/label 4294967296 is not in 0"},
      {values, "has more than one of"},
      {{{"image/values", Text("")}}, "name the dataset folder"},
      {{{"image/raw", Text("")}}, "lacks its shape; `keys` shape=KEY"},
      {{}, "lacks image/encoded"},
  };
  for (const auto& c : cases) {
    const std::string error = ErrorOf(c.example);
    EXPECT_TRUE(error.starts_with("x: record 7 at byte 99: ")) << error;
    EXPECT_NE(error.find(c.cause), std::string::npos) << error;
  }
}

TEST_F(SampleParserTest, GivesThePixelsOfEveryStore) {
  testing::MakeImageFolder(dir_ / "raw", 2, 4, 24, ".png");
  for (const Store store : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
    CompileOptions options = testing::TinyOptions(dir_.path());
    options.store = store;
    options.existing = ExistingOutput::kOverwrite;
    testing::Compile(options);
    RecordStream stream(options.output, {});
    const SampleParser parser(options.output, stream.info());
    int records = 0;
    while (const auto record = stream.Next()) {
      const Sample sample = parser.Parse(*record);
      Image stored, source;
      parser.Picture(sample, 0, &stored);
      DecodeImage(ReadFile(dir_ / "raw" / sample.filename), {}, &source);
      EXPECT_EQ(testing::Compare(stored, source).max, 0) << NameOf(store);
      ++records;
    }
    EXPECT_EQ(records, 8);
  }
}

TEST_F(SampleParserTest, DecodesNoMorePixelsThanAreWanted) {
  const Sample sample = Parse(ForeignExample(testing::Jpeg(1, 800, 1600), 0));
  Image picture;
  SampleParser(dir_ / "x", {}).Picture(sample, 90, &picture);
  EXPECT_GE(picture.height(), 90);
  EXPECT_LE(picture.height(), 200);
}

TEST_F(SampleParserTest, AFileOfOurRawRecordsIsReadWithoutItsFolder) {
  testing::MakeImageFolder(dir_ / "raw", 2, 4, 24);
  CompileOptions options = testing::TinyOptions(dir_.path());
  options.store = Store::kRaw;
  const DatasetInfo info = testing::Compile(options);
  RecordStream stream(options.output / info.splits[0].shards[0].name, {});
  const Sample sample = SampleParser(options.output / info.splits[0].shards[0].name, {}).Parse(*stream.Next());
  EXPECT_EQ(sample.store, Store::kRaw);
  EXPECT_EQ(sample.class_name.substr(0, 6), "class_");
}

}  // namespace
}  // namespace dataset
