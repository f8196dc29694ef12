#include "dataset/inspect/contact_sheet.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/io/sync.h"
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

constexpr int kGap = 4;

class ContactSheetTest : public ::testing::Test {
 protected:
  ContactSheetTest() {
    options_.path = dir_ / "x.tfrecord";
    options_.output = dir_ / "sheet.jpg";
    options_.sync = Sync::kNo;
  }

  ContactSheetReport Write() {
    NoProgress progress;
    ContactSheetReport report = WriteContactSheet(options_, progress);
    DecodeImage(ReadFile(options_.output), {}, &sheet_);
    return report;
  }

  // The mean colour of the cell of a class's picture, counted from the right edge of the last column of pictures.
  std::vector<int> ColourOf(int row, int from_right) const {
    const int size = static_cast<int>(options_.size);
    const int x = sheet_.width() - (from_right + 1) * (size + kGap) + size / 2;
    const int y = kGap + row * (std::max(size, 32) + kGap) + size / 2;
    const uint8_t* pixel = sheet_.row(y) + 3 * x;
    return {pixel[0], pixel[1], pixel[2]};
  }

  const TempDir dir_;
  ContactSheetOptions options_;
  Image sheet_;
};

std::string Plain(uint8_t red, uint8_t green, uint8_t blue) {
  Image image(40, 40, 3);
  for (size_t i = 0; i < image.bytes(); i += 3) {
    image.data()[i] = red;
    image.data()[i + 1] = green;
    image.data()[i + 2] = blue;
  }
  std::string bytes;
  EncodePng(image, &bytes);
  return bytes;
}

void ExpectNear(const std::vector<int>& colour, const std::vector<int>& expected) {
  for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(colour[c], expected[c], 12) << c;
}

TEST_F(ContactSheetTest, HasARowAClassInTheOrderOfTheRecords) {
  const std::string red = Plain(250, 10, 10), green = Plain(10, 250, 10), blue = Plain(10, 10, 250);
  testing::WriteExamples(options_.path, {ForeignExample(green, 5), ForeignExample(red, 2), ForeignExample(blue, 5),
                                         ForeignExample(red, 5)});
  options_.per_class = 2;
  options_.size = 48;
  const ContactSheetReport report = Write();
  EXPECT_EQ(report.classes, 2u);
  EXPECT_EQ(report.pictures, 3u);
  EXPECT_TRUE(report.unreadable.empty());
  EXPECT_EQ(sheet_.height(), kGap + 2 * (48 + kGap));
  ExpectNear(ColourOf(0, 1), {250, 10, 10});
  ExpectNear(ColourOf(0, 0), {255, 255, 255});
  ExpectNear(ColourOf(1, 1), {10, 250, 10});
  ExpectNear(ColourOf(1, 0), {10, 10, 250});
}

TEST_F(ContactSheetTest, DrawsEveryStore) {
  testing::MakeImageFolder(dir_ / "raw", 3, 8, 40, ".png");
  std::vector<Image> sheets;
  for (const Store store : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
    CompileOptions compile = testing::TinyOptions(dir_.path());
    compile.store = store;
    compile.existing = ExistingOutput::kOverwrite;
    testing::Compile(compile);
    options_.path = compile.output;
    const ContactSheetReport report = Write();
    EXPECT_EQ(report.classes, 3u);
    EXPECT_EQ(report.pictures, 24u);
    std::swap(sheets.emplace_back(), sheet_);
  }
  EXPECT_EQ(testing::Compare(sheets[0], sheets[1]).max, 0);
  EXPECT_EQ(testing::Compare(sheets[0], sheets[2]).max, 0);
  options_.split = Split::kVal;
  EXPECT_EQ(Write().pictures, 6u);
}

TEST_F(ContactSheetTest, IsTheSameEveryTime) {
  std::vector<Example> examples;
  for (uint32_t i = 0; i < 60; ++i) examples.push_back(ForeignExample(testing::Jpeg(i, 50 + i, 90 - i), i % 5));
  testing::WriteExamples(options_.path, examples);
  Write();
  const std::string first = ReadFile(options_.output);
  for (int i = 0; i < 3; ++i) {
    Write();
    EXPECT_TRUE(ReadFile(options_.output) == first);
  }
}

TEST_F(ContactSheetTest, CrossesOutWhatCannotBeRead) {
  testing::WriteExamples(options_.path, {ForeignExample("no picture", 0), ForeignExample(testing::Png(1), 0),
                                         ForeignExample(testing::Png(1).substr(0, 60), 0)});
  const ContactSheetReport report = Write();
  EXPECT_EQ(report.pictures, 3u);
  ASSERT_EQ(report.unreadable.size(), 2u);
  EXPECT_TRUE(report.unreadable[0].starts_with(options_.path.string() + ": record 0 at byte 0: "));
  EXPECT_TRUE(report.unreadable[1].starts_with(options_.path.string() + ": record 2 at byte "));
}

TEST_F(ContactSheetTest, AnyNameCanBeDrawn) {
  std::vector<Example> examples;
  int label = 0;
  for (const std::string& name : {std::string(), std::string("größe"), std::string("猫猫猫"), std::string(5000, 'W'),
                                  std::string("\xff\0\n", 3), std::string("%s%n")}) {
    examples.push_back(ForeignExample(testing::Jpeg(1, 1, 3000), label++));
    examples.back()["image/class/text"] = Text(name);
  }
  testing::WriteExamples(options_.path, examples);
  EXPECT_EQ(Write().pictures, 6u);
  EXPECT_LT(sheet_.width(), 240 + 9 * 100);
}

TEST_F(ContactSheetTest, AThousandClassesStandInColumns) {
  testing::MakeImageFolder(dir_ / "raw", 2, 4, 8);
  CompileOptions compile = testing::TinyOptions(dir_.path());
  DatasetInfo info = testing::Compile(compile);
  for (int i = 2; i < 1000; ++i) info.classes.push_back("class " + std::to_string(i));
  for (DatasetSplit& split : info.splits) split.records_per_class.resize(1000);
  WriteFile(compile.output / "dataset.json", FormatDatasetInfo(info));
  options_.path = compile.output;
  options_.size = 32;
  options_.per_class = 4;
  EXPECT_EQ(Write().pictures, 8u);
  EXPECT_LE(sheet_.height(), 16384 + 100);
  EXPECT_GT(sheet_.width(), 2 * 4 * 32);
}

TEST_F(ContactSheetTest, RefusesWhatDoesNotFitASheet) {
  std::vector<Example> examples(40, ForeignExample(testing::Png(1), 0));
  testing::WriteExamples(options_.path, examples);
  options_.per_class = 1000;
  options_.size = 1024;
  EXPECT_THROW(Write(), Error);
  for (const auto& [per_class, size] :
       {std::pair(0u, 96u), std::pair(1001u, 96u), std::pair(8u, 15u), std::pair(8u, 1025u)}) {
    options_.per_class = per_class;
    options_.size = size;
    EXPECT_THROW(Write(), Error) << per_class << " " << size;
  }
  EXPECT_FALSE(fs::exists(options_.output));
}

TEST_F(ContactSheetTest, AFileWithoutRecordsIsAnEmptySheet) {
  testing::WriteExamples(options_.path, {});
  EXPECT_EQ(Write().classes, 0u);
}

TEST_F(ContactSheetTest, FilesOfTfSlim) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  options_.path = data / "tfrecords/flowers_validation_00000-of-00005.tfrecord";
  const ContactSheetReport report = Write();
  EXPECT_EQ(report.classes, 5u);
  EXPECT_EQ(report.pictures, 40u);
  EXPECT_TRUE(report.unreadable.empty());
}

}  // namespace
}  // namespace dataset
