#include "dataset/read/foreign_check.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/dataset/read/foreign_file.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::ForeignExample;
using testing::Text;
using testing::WriteExamples;
using testing::WriteFile;
using Names = std::vector<std::string>;

class ForeignCheckTest : public ::testing::Test {
 protected:
  ForeignCheckTest() { fs::create_directories(folder_); }

  ForeignCheck Check(const ForeignOptions& options = {}) const {
    NoProgress progress;
    return CheckForeign(folder_, options, progress);
  }

  // Returns the problems, each without the folder.
  Names Problems(const ForeignOptions& options = {}) const {
    Names problems = Check(options).problems;
    for (std::string& problem : problems) {
      EXPECT_TRUE(problem.starts_with(folder_.string() + "/")) << problem;
      problem.erase(0, folder_.string().size() + 1);
    }
    return problems;
  }

  static Example Without(Example example, const char* key) {
    example.erase(key);
    return example;
  }

  const testing::TempDir dir_;
  const fs::path folder_ = dir_ / "d";
  const std::string jpeg_ = testing::Jpeg(1);
  const Example good_ = ForeignExample(jpeg_, 1);
};

TEST_F(ForeignCheckTest, NamesEachRecordThatCannotBeUsed) {
  WriteExamples(folder_ / "train-00000-of-00002", {good_,
                                                   {},
                                                   Without(good_, "image/encoded"),
                                                   Without(good_, "image/class/label"),
                                                   good_,
                                                   ForeignExample(jpeg_.substr(0, 200), 1),
                                                   ForeignExample("", 1),
                                                   ForeignExample(jpeg_, -1)});
  WriteExamples(folder_ / "train-00001-of-00002", {ForeignExample("text", 0), good_});
  const Names problems = Problems();
  const std::pair<const char*, const char*> wanted[] = {
      {"train-00000-of-00002: record 1 at byte ", "lacks image/encoded, but has nothing"},
      {"train-00000-of-00002: record 2 at byte ", "lacks image/encoded, but has image/class/label"},
      {"train-00000-of-00002: record 3 at byte ", "lacks image/class/label, but has image/encoded"},
      {"train-00000-of-00002: record 5 at byte ", ""},
      {"train-00000-of-00002: record 6 at byte ", "image/encoded is empty"},
      {"train-00000-of-00002: record 7 at byte ", "-1 means that there is no label"},
      {"train-00001-of-00002: record 0 at byte 0: ", ""},
  };
  ASSERT_EQ(problems.size(), std::size(wanted));
  for (size_t i = 0; i < problems.size(); ++i) {
    EXPECT_TRUE(problems[i].starts_with(wanted[i].first)) << problems[i];
    EXPECT_NE(problems[i].find(wanted[i].second), std::string::npos) << problems[i];
  }
  const ForeignCheck check = Check();
  EXPECT_EQ(check.files, 2u);
  EXPECT_EQ(check.records, 10u);
  EXPECT_EQ(check.bytes,
            fs::file_size(folder_ / "train-00000-of-00002") + fs::file_size(folder_ / "train-00001-of-00002"));
  EXPECT_TRUE(check.notes.empty());
}

TEST_F(ForeignCheckTest, GoesOnInTheNextFileBehindDamage) {
  WriteExamples(folder_ / "train-00000-of-00002", {good_, good_, good_});
  WriteExamples(folder_ / "train-00001-of-00002", {good_, Without(good_, "image/encoded")});
  std::string bytes = ReadFile(folder_ / "train-00000-of-00002");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  WriteFile(folder_ / "train-00000-of-00002", bytes);
  const Names problems = Problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_TRUE(problems[0].starts_with("train-00000-of-00002: record 1 at byte ")) << problems[0];
  EXPECT_NE(problems[0].find("checksum"), std::string::npos) << problems[0];
  EXPECT_TRUE(problems[1].starts_with("train-00001-of-00002: record 1 at byte ")) << problems[1];
  EXPECT_EQ(Check().records, 3u);
}

TEST_F(ForeignCheckTest, ABrokenFirstRecordIsNoMoreThanThat) {
  WriteExamples(folder_ / "x.tfrecord", {ForeignExample("text", 0), Without(good_, "image/encoded"), good_, good_});
  EXPECT_EQ(Problems().size(), 2u);
  WriteExamples(folder_ / "x.tfrecord", {ForeignExample("text", 0), Without(good_, "image/encoded")});
  EXPECT_THROW(Check(), Error) << "nothing tells what the records hold";
  EXPECT_THROW(Check({.keys = {{"imag", "x"}}, .label_base = {}, .classes = {}, .layout = {}, .scale = {}}), Error);
}

TEST_F(ForeignCheckTest, ATestSplitWithoutAnyLabelIsANote) {
  WriteExamples(folder_ / "train.tfrecord", {good_});
  const Example none = Without(good_, "image/class/label");
  WriteExamples(folder_ / "test.tfrecord", {none, ForeignExample(jpeg_, -1)});
  EXPECT_EQ(Problems(), Names{});
  EXPECT_EQ(Check().notes, Names{"none of the 2 records of test has a label"});
  WriteExamples(folder_ / "test.tfrecord", {none, Without(none, "image/encoded")});
  EXPECT_EQ(Problems().size(), 1u) << "a picture is missing";
  WriteExamples(folder_ / "test.tfrecord", {none, good_, none});
  EXPECT_EQ(Problems().size(), 2u);
  EXPECT_EQ(Check().notes, Names{});
}

TEST_F(ForeignCheckTest, NotesFilesThatAreEmptyOrNotRead) {
  for (const char* file : {"train-00000-of-00002", "train.bak"}) WriteExamples(folder_ / file, {good_});
  WriteFile(folder_ / "train-00001-of-00002", "");
  EXPECT_EQ(Problems(), Names{});
  EXPECT_EQ(Check().notes, (Names{"1 file with records is not read, because the name is none of a TFRecord file: " +
                                      (folder_ / "train.bak").string(),
                                  "1 of its 2 files has no records: " + (folder_ / "train-00001-of-00002").string()}));
}

TEST_F(ForeignCheckTest, LabelsMustBeClassesOfTheMap) {
  WriteExamples(folder_ / "x.tfrecord", {good_, ForeignExample(jpeg_, 2)});
  EXPECT_EQ(Problems(), Names{});
  WriteFile(folder_ / "labels.txt", "a\nb\n");
  const Names problems = Problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].find("image/class/label 2 is not in 0 ... 1"), std::string::npos) << problems[0];
}

TEST_F(ForeignCheckTest, PixelsAreCheckedToo) {
  const auto pixels = [](size_t bytes, float last) {
    std::vector<float> values(bytes);
    values.back() = last;
    return Example{{"image", values}, {"label", std::vector<int64_t>{1}}, {"shape", std::vector<int64_t>{2, 2, 3}}};
  };
  std::vector<Example> examples(40, pixels(12, 1));
  examples.push_back(pixels(11, 1));
  examples.push_back(pixels(12, 9));
  WriteExamples(folder_ / "x.tfrecord", examples);
  ForeignOptions options;
  options.keys = {{"image", "image"}, {"label", "label"}, {"shape", "shape"}};
  const Names problems = Problems(options);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_NE(problems[0].find("record 40 at byte "), std::string::npos);
  EXPECT_NE(problems[1].find("a value lies outside the range of the first records"), std::string::npos) << problems[1];
}

}  // namespace
}  // namespace dataset
