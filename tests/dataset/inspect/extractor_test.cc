#include "dataset/inspect/extractor.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
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
using testing::Jpeg;
using testing::TempDir;
using testing::Text;
using testing::WriteFile;

class ExtractorTest : public ::testing::Test {
 protected:
  ExtractorTest() {
    options_.path = dir_ / "x.tfrecord";
    options_.output = dir_ / "images";
    options_.sync = Sync::kNo;
  }

  uint64_t Extract() const {
    NoProgress progress;
    return ExtractImages(options_, progress);
  }

  std::string ErrorOf() const {
    try {
      Extract();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  // Returns the files of the output but its marker, sorted.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& item : fs::recursive_directory_iterator(options_.output)) {
      if (item.path().filename() == ".dsinspect") continue;
      if (item.is_regular_file()) files.push_back(item.path().lexically_relative(options_.output).string());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  // Returns the files that one record with these names gives.
  std::vector<std::string> FilesOf(const std::string& filename, const std::string& class_name,
                                   const std::string& encoded) {
    Example example = ForeignExample(encoded, 0);
    example["image/filename"] = Text(filename);
    example["image/class/text"] = Text(class_name);
    testing::WriteExamples(options_.path, {example});
    options_.overwrite = true;
    EXPECT_EQ(ErrorOf(), "");
    return Files();
  }

  DatasetInfo Compile(Store store, const std::string& extension = ".jpg") {
    testing::MakeImageFolder(dir_ / "raw", 2, 8, 24, extension);
    CompileOptions compile = testing::TinyOptions(dir_.path());
    compile.store = store;
    options_.path = compile.output;
    return testing::Compile(compile);
  }

  const TempDir dir_;
  ExtractOptions options_;
};

using Names = std::vector<std::string>;

TEST_F(ExtractorTest, CompressedPicturesComeBackByteByByte) {
  Compile(Store::kCompressed);
  for (const Sync sync : {Sync::kNo, Sync::kYes}) {
    options_.sync = sync;
    options_.overwrite = true;
    EXPECT_EQ(Extract(), 16u);
    const Names files = Files();
    ASSERT_EQ(files.size(), 16u);
    EXPECT_EQ(files.front(), "test/class_a/img_0003.jpg");
    for (const std::string& file : files) {
      const std::string source = file.substr(file.find('/') + 1);
      EXPECT_EQ(ReadFile(options_.output / file), ReadFile(dir_ / "raw" / source)) << file;
    }
  }
}

TEST_F(ExtractorTest, PixelsComeBackAsPng) {
  for (const Store store : {Store::kRaw, Store::kNormalized}) {
    fs::remove_all(dir_ / "out.ds");
    Compile(store);
    options_.overwrite = true;
    EXPECT_EQ(Extract(), 16u);
    for (const std::string& file : Files()) {
      EXPECT_TRUE(file.ends_with(".png")) << file;
      const std::string source = file.substr(file.find('/') + 1);
      Image written, original;
      DecodeImage(ReadFile(options_.output / file), {}, &written);
      DecodeImage(ReadFile((dir_ / "raw" / source).replace_extension(".jpg")), {}, &original);
      EXPECT_EQ(testing::Compare(written, original).max, 0) << file;
    }
  }
}

TEST_F(ExtractorTest, OneSplitOrOneRecord) {
  Compile(Store::kCompressed);
  options_.split = Split::kVal;
  EXPECT_EQ(Extract(), 4u);
  for (const std::string& file : Files()) EXPECT_EQ(file.substr(0, 4), "val/");
  const Names all = Files();
  Names one_by_one;
  options_.overwrite = true;
  for (uint64_t record = 0; record < 4; ++record) {
    options_.record = record;
    EXPECT_EQ(Extract(), 1u);
    one_by_one.push_back(Files().at(0));
  }
  std::sort(one_by_one.begin(), one_by_one.end());
  EXPECT_EQ(one_by_one, all);
  options_.record = 4;
  EXPECT_NE(ErrorOf().find("has no record 4"), std::string::npos);
  options_.split.reset();
  EXPECT_NE(ErrorOf().find("name it with `split`"), std::string::npos);
  EXPECT_EQ(Files().size(), 1u) << "an error replaced what was there";
}

TEST_F(ExtractorTest, ExtensionsFollowTheContent) {
  const std::string jpeg = Jpeg(1), png = testing::Png(1);
  const struct {
    const char* filename;
    std::string content;
    const char* name;
  } cases[] = {
      {"a.jpg", jpeg, "a.jpg"},
      {"a.JPEG", jpeg, "a.JPEG"},
      {"a.png", jpeg, "a.jpg"},
      {"a.jpg", png, "a.png"},
      {"a", png, "a.png"},
      {"a.webp", jpeg, "a.jpg"},
      {"a.1234", jpeg, "a.1234.jpg"},
      {"d/e/a.jpg", jpeg, "a.jpg"},
      {"", jpeg, "0.jpg"},
      {"d/", jpeg, "0.jpg"},
      {"a.jpg", "no picture", "a.bin"},
      {".jpg", jpeg, "_jpg.jpg"},
  };
  for (const auto& c : cases) EXPECT_EQ(FilesOf(c.filename, "cat", c.content), Names{"cat/" + std::string(c.name)});
}

TEST_F(ExtractorTest, NamesNeverLeadOutOfTheFolder) {
  const std::string jpeg = Jpeg(1);
  WriteFile(dir_ / "victim.jpg", "victim");
  const std::string absolute = (dir_ / "victim.jpg").string();
  for (const std::string& hostile :
       {std::string("../victim.jpg"), std::string("../../victim.jpg"), absolute, std::string(".."), std::string("."),
        std::string("/"), std::string("a/../../../victim.jpg"), std::string("..\\victim.jpg"),
        std::string("vic\0tim.jpg", 11), std::string("\n"), std::string(5000, 'x'), std::string("\xff\xfe/\xc0\xaf")}) {
    EXPECT_EQ(FilesOf(hostile, "cat", jpeg).size(), 1u) << hostile;
    EXPECT_EQ(FilesOf("a.jpg", hostile, jpeg).size(), 1u) << hostile;
    EXPECT_EQ(FilesOf(hostile, hostile, jpeg).size(), 1u) << hostile;
    EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 3) << hostile;
    EXPECT_EQ(ReadFile(dir_ / "victim.jpg"), "victim");
  }
}

TEST_F(ExtractorTest, EqualNamesGetNumbersInTheOrderOfTheRecords) {
  std::vector<Example> examples;
  std::vector<std::string> contents;
  for (uint32_t i = 0; i < 50; ++i) {
    contents.push_back(Jpeg(i));
    examples.push_back(ForeignExample(contents.back(), 0));
    examples.back()["image/filename"] = Text("a.jpg");
  }
  testing::WriteExamples(options_.path, examples);
  EXPECT_EQ(Extract(), 50u);
  for (size_t i = 0; i < 50; ++i) {
    const std::string name = i == 0 ? "a.jpg" : "a-" + std::to_string(i + 1) + ".jpg";
    EXPECT_EQ(ReadFile(options_.output / "0" / name), contents[i]) << name;
  }
}

TEST_F(ExtractorTest, ClassesWhoseNamesBecomeTheSameStayApart) {
  std::vector<Example> examples;
  for (const char* name : {"a/b", "a_b", "a/b"}) {
    examples.push_back(ForeignExample(Jpeg(1), 0));
    examples.back()["image/class/text"] = Text(name);
  }
  testing::WriteExamples(options_.path, examples);
  Extract();
  EXPECT_EQ(Files(), (Names{"a_b-2/1.jpg", "a_b/0.jpg", "a_b/2.jpg"}));
}

TEST_F(ExtractorTest, ReplacesOnlyWhatItHasExtracted) {
  testing::WriteExamples(options_.path, {ForeignExample(Jpeg(1), 0)});
  EXPECT_EQ(ErrorOf(), "");
  EXPECT_NE(ErrorOf().find("images: holds extracted pictures; `overwrite` replaces them"), std::string::npos);
  options_.overwrite = true;
  testing::WriteExamples(options_.path, {ForeignExample(Jpeg(1), 3)});
  EXPECT_EQ(ErrorOf(), "");
  EXPECT_EQ(Files(), Names{"3/0.jpg"});
  for (const char* file : {"3/1.jpg", "diary.txt", ".hidden"}) {
    WriteFile(options_.output / file, "dear diary");
    EXPECT_NE(ErrorOf().find("images: holds " + std::string(file)), std::string::npos) << ErrorOf();
    EXPECT_TRUE(fs::exists(options_.output / "3/0.jpg"));
    fs::remove(options_.output / file);
  }
}

TEST_F(ExtractorTest, AFolderThatIsNotEmptyIsNeverTouched) {
  testing::WriteExamples(options_.path, {ForeignExample(Jpeg(1), 0)});
  WriteFile(options_.output / "diary.txt", "dear diary");
  for (const bool overwrite : {false, true}) {
    options_.overwrite = overwrite;
    EXPECT_NE(ErrorOf().find("is not empty and holds no extracted pictures"), std::string::npos) << ErrorOf();
    EXPECT_EQ(Files(), Names{"diary.txt"});
  }
  fs::remove_all(options_.output);
  fs::create_directory(options_.output);
  EXPECT_EQ(ErrorOf(), "");
  options_.output = dir_ / "images/0/0.jpg";
  EXPECT_NE(ErrorOf().find("is not a folder"), std::string::npos);
}

TEST_F(ExtractorTest, NeverReplacesTheFolderItReadsFrom) {
  Compile(Store::kCompressed);
  options_.overwrite = true;
  for (const fs::path& output : {options_.path, dir_.path(), options_.path / "..", fs::path("/")}) {
    options_.output = output;
    EXPECT_NE(ErrorOf().find("holds the records"), std::string::npos) << output;
  }
}

TEST_F(ExtractorTest, ABadRecordPublishesNothing) {
  const std::vector<std::vector<Example>> files = {
      {ForeignExample(Jpeg(1), 0), {}},
      {ForeignExample(Jpeg(1), 0), {{"image/encoded", Text(Jpeg(1))}}},
      {{}, ForeignExample(Jpeg(1), 0)},
  };
  for (const auto& examples : files) {
    testing::WriteExamples(options_.path, examples);
    EXPECT_NE(ErrorOf().find("x.tfrecord: record "), std::string::npos) << ErrorOf();
    EXPECT_FALSE(fs::exists(options_.output));
  }
  testing::WriteExamples(options_.path, {ForeignExample(Jpeg(1), 0)});
  WriteFile(options_.path, ReadFile(options_.path) + "x");
  EXPECT_NE(ErrorOf().find("cut off"), std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_.path()), {}), 1);
}

TEST_F(ExtractorTest, FilesOfTfSlim) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  options_.path = data / "tfrecords/flowers_validation_00000-of-00005.tfrecord";
  EXPECT_EQ(Extract(), 70u);
  const Names files = Files();
  ASSERT_EQ(files.size(), 70u);
  for (const std::string& file : files) {
    EXPECT_EQ(ReadImageHeader(ReadFile(options_.output / file)).format, ImageFormat::kJpeg);
  }
  EXPECT_TRUE(fs::is_directory(options_.output / "4"));
  options_.path = data / "tfrecords/torchdata_example.tfrecord";
  options_.overwrite = true;
  EXPECT_NE(ErrorOf().find("lacks image/encoded"), std::string::npos);
}

}  // namespace
}  // namespace dataset
