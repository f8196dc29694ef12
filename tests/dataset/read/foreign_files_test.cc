#include "dataset/read/foreign_files.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "tests/dataset/read/foreign_file.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::WriteFile;
using Names = std::vector<std::string>;

class ForeignFilesTest : public ::testing::Test {
 protected:
  void Make(const Names& names) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (const std::string& name : names) WriteFile(folder_ / name, "");
  }

  // Returns the split and the path below the folder of each file: "train a/b.tfrecord".
  Names Find(const fs::path& what) {
    Names found;
    notes_.clear();
    for (const ForeignFile& file : FindForeignFiles(what.empty() ? folder_ : folder_ / what, &notes_)) {
      found.push_back(std::string(NameOf(file.split)) + " " + file.path.lexically_relative(folder_).string());
    }
    return found;
  }

  std::string CauseOf(const fs::path& what = "") {
    try {
      Find(what);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  Names notes_;
  const testing::TempDir dir_;
  const fs::path folder_ = dir_ / "d";
};

TEST_F(ForeignFilesTest, NamesTellTheSplit) {
  const struct {
    const char* name;
    const char* split;
  } cases[] = {
      {"train-00000-of-00001", "train"},
      {"validation-00000-of-00001", "val"},
      {"val.tfrecord", "val"},
      {"flowers_validation_00000-of-00001.tfrecord", "val"},
      {"flowers-test.tfrecord-00000-of-00001", "test"},
      {"my_test-train.tfrecords", "train"},
      {"test-train.tfrecord-00000-of-00001", "train"},
      {"valid.tfrecord", "val"},
      {"eval.tfrecord", "val"},
      {"Training.TFRecord", "train"},
      {"dev_set.tfrec", "val"},
      {"coco_val2017-00000-of-00001", "val"},
      {"test0.tfrecords", "test"},
      {"train_restest.tfrecord", "train"},
      {"00000-of-00001_holdout.tfr", "val"},
      {"pets_train.record-00000-of-00001", "train"},
      {"TEST.tfrec", "test"},
      {"x.tfrecord", "train"},
      {"trained.tfrecord", "train"},
      {"contest.tfrecord", "train"},
      {"val-00000-of-00001.tfrecord.gz", "val"},
  };
  for (const auto& c : cases) {
    Make({c.name});
    EXPECT_EQ(Find(""), Names{std::string(c.split) + " " + c.name});
    EXPECT_EQ(Find(c.name), Names{std::string(c.split) + " " + c.name});
    EXPECT_EQ(Find("*"), Names{std::string(c.split) + " " + c.name});
  }
}

TEST_F(ForeignFilesTest, ComeInTheOrderOfSplitsAndNumbers) {
  Make({"val-00001-of-00002", "train-00010-of-00011", "train-00002-of-00011", "val-00000-of-00002",
        "train-00000-of-00011", "train-00001-of-00011", "train-00003-of-00011", "train-00004-of-00011",
        "train-00005-of-00011", "train-00006-of-00011", "train-00007-of-00011", "train-00008-of-00011",
        "train-00009-of-00011"});
  const Names found = Find("");
  ASSERT_EQ(found.size(), 13u);
  EXPECT_EQ(found[0], "train train-00000-of-00011");
  EXPECT_EQ(found[10], "train train-00010-of-00011");
  EXPECT_EQ(found[11], "val val-00000-of-00002");
}

TEST_F(ForeignFilesTest, FoldersNamedAsASplitTellIt) {
  Make({"train/a.tfrecord", "validation/a.tfrecord", "validation/validation-00000-of-00001"});
  for (const char* one : {"validation/a.tfrecord", "validation/a*", "*idation/a.tfrecord"}) {
    EXPECT_EQ(Find(one), Names{"val validation/a.tfrecord"}) << one;
  }
  EXPECT_EQ(Find("*/a.tfrecord"), (Names{"train train/a.tfrecord", "val validation/a.tfrecord"}));
  EXPECT_EQ(Find(""),
            (Names{"train train/a.tfrecord", "val validation/a.tfrecord", "val validation/validation-00000-of-00001"}));
}

TEST_F(ForeignFilesTest, FoldersGoByTheCommonNames) {
  Make({"Train/a.tfrecord", "Train/more/b.tfrecord", "valid/x/y/c.tfrecord", "test_tfrecords/d.tfrecord"});
  EXPECT_EQ(Find(""), (Names{"train Train/a.tfrecord", "train Train/more/b.tfrecord", "val valid/x/y/c.tfrecord",
                             "test test_tfrecords/d.tfrecord"}));
  EXPECT_EQ(Find("valid/x/y"), Names{"train valid/x/y/c.tfrecord"});
  Make({"valid/a.tfrecord", "valid/b.tfrecord"});
  for (const char* one : {"valid", "valid/", "valid/*"}) {
    EXPECT_EQ(Find(one), (Names{"val valid/a.tfrecord", "val valid/b.tfrecord"})) << one;
  }
}

TEST_F(ForeignFilesTest, NamesThatDifferInNumbersAreOneSplit) {
  Make({"00-32x24-8.tfrec", "01-32x24-11.tfrec", "2-32x24-8.tfrec"});
  EXPECT_EQ(Find("").size(), 3u);
  EXPECT_FALSE(FindForeignFiles(folder_, &notes_)[0].told);
  Make({"part-r-00000.tfrecord", "part-r-00001.tfrecord"});
  EXPECT_EQ(Find("").size(), 2u);
  Make({"train.tfrecord"});
  EXPECT_TRUE(FindForeignFiles(folder_, &notes_)[0].told);
}

TEST_F(ForeignFilesTest, APatternReadsWhatAFolderRefuses) {
  Make({"cats.tfrecord", "dogs.tfrecord", "other/b.tfrecord", "labels.txt"});
  EXPECT_EQ(Find("*.tfrecord"), (Names{"train cats.tfrecord", "train dogs.tfrecord"}));
  EXPECT_EQ(Find("*/*.tfrecord"), Names{"train other/b.tfrecord"});
}

TEST_F(ForeignFilesTest, WhatWouldBeLostOrMergedIsRefusedWithTheCure) {
  const struct {
    Names names;
    const char* cause;  // after the folder
  } cases[] = {
      {{"train/a.tfrecord", "other/b.tfrecord"},
       "/other/b.tfrecord: would not be read: the names of its folders tell no split, or two; move it, or name what is "
       "to be read by a pattern, such as 'D/train/*.tfrecord'"},
      {{"train/a.tfrecord", "train/test/c.tfrecord"}, "/train/test/c.tfrecord: would not be read: "},
      {{"train.tfrecord", "a/b/c/d-00000-of-00002"}, "/a/b/c/d-00000-of-00002: would not be read: "},
      {{"1.0.0/pets-train.tfrecord-00000-of-00001", "x.txt"},
       ": has no TFRecord files but in sub-folders whose names tell no split, such as "
       "1.0.0/pets-train.tfrecord-00000-of-00001; name that folder, or a pattern such as 'D/*/*-of-*'"},
      {{"cats.tfrecord", "dogs.tfrecord"},
       ": the names of its files tell no split (train, val, test): cats.tfrecord, dogs.tfrecord; rename them, or read "
       "all as train by a pattern: 'D/*.tfrecord'"},
      {{"trained.tfrecord", "contest.tfrecord"}, ": the names of its files tell no split"},
      {{"train-no-test-leak.tfrecord", "train_restest.tfrecord"},
       "/train-no-test-leak.tfrecord: its name tells several splits: train, test; rename it, or put it into a folder "
       "that is named as its split"},
      {{"train_eval.tfrecord"}, "/train_eval.tfrecord: its name tells several splits: train, val;"},
      {{"test_set-train.tfrecords"}, "/test_set-train.tfrecords: its name tells several splits: test, train;"},
      {{"train/val-00000-of-00001"},
       "/train/val-00000-of-00001: its name tells val, but its folder train; rename one of them"},
      {{"train.tfrecord", "extra.tfrecord"},
       "/extra.tfrecord: its name tells no split (train, val or validation, test)"},
  };
  for (const auto& c : cases) {
    Make(c.names);
    std::string cause = c.cause;
    if (const size_t at = cause.find("'D/"); at != cause.npos) cause.replace(at + 1, 1, folder_.string());
    EXPECT_TRUE(CauseOf().starts_with(folder_.string() + cause)) << CauseOf() << "\nnot " << cause;
  }
  Make({"train/train-no-test-leak.tfrecord"});
  EXPECT_EQ(Find(""), Names{"train train/train-no-test-leak.tfrecord"}) << "the cure";
}

TEST_F(ForeignFilesTest, OtherFilesArePassedOver) {
  Make({"a.tfrecord", "a.tfrecord.idx", ".b.tfrecord", "labels.txt", "a.tfrecord.state", "part-00001-of-00004.json",
        "c.tfrecord.bak"});
  EXPECT_EQ(Find(""), Names{"train a.tfrecord"});
  EXPECT_EQ(Find("a.tfrecord*"), (Names{"train a.tfrecord", "train a.tfrecord.state"}))
      << "a pattern means what it says";
}

TEST_F(ForeignFilesTest, RecordsInFilesOfOtherNamesAreSaidOrRefused) {
  const struct {
    Names names;
    Names records;       // files of other names that hold some
    std::string result;  // a note, or a cause; "D": the folder
  } cases[] = {
      {{"train.tfrecord", "labels.txt", "notes.record.txt"}, {}, ""},
      {{"train.tfrecord"},
       {"train.tfrecord.bak"},
       "1 file with records is not read, because the name is none of a TFRecord file: D/train.tfrecord.bak"},
      {{"train.tfrecord"},
       {"train.tfrecord_1", "train.tfrecord_0", "x"},
       "3 files with records are not read, because the name is none of a TFRecord file: D/train.tfrecord_0, ..."},
      {{"x.tfrecord"},
       {"y", "more/y"},
       "2 files with records are not read, because the name is none of a TFRecord file: D/more/y, ..."},
      {{"x.tfrecord"},
       {"train.bak"},
       "1 file with records is not read, because the name is none of a TFRecord file: D/train.bak"},
      {{"train.tfrecord"},
       {"val.tfrecord_1"},
       "D/val.tfrecord_1: has no name of a TFRecord file, such as NAME.tfrecord or NAME-00000-of-00001, but holds "
       "records, and no other file has any of val; rename it, or name what is to be read by a pattern"},
      {{"train/a.tfrecord"},
       {"test/part-r-00000"},
       "D/test/part-r-00000: has no name of a TFRecord file, such as NAME.tfrecord or NAME-00000-of-00001, but holds "
       "records, and no other file has any of test; rename it, or name what is to be read by a pattern"},
      {{},
       {"val", "train"},
       "D/train: has no name of a TFRecord file, such as NAME.tfrecord or NAME-00000-of-00001, but holds records; "
       "rename it, or name what is to be read by a pattern, such as 'D/*'"},
  };
  for (const auto& c : cases) {
    Make(c.names);
    for (const std::string& name : c.records) {
      fs::create_directories((folder_ / name).parent_path());
      testing::WriteExamples(folder_ / name, {{}});
    }
    std::string result = CauseOf();
    for (const std::string& note : notes_) result += note;
    for (size_t at; (at = result.find(folder_.string())) != result.npos;)
      result.replace(at, folder_.string().size(), "D");
    EXPECT_EQ(result, c.result);
  }
  EXPECT_EQ(Find("*"), (Names{"train train", "val val"})) << "the cure";
}

TEST_F(ForeignFilesTest, AMissingShardIsMissed) {
  Make({"train-00000-of-00003", "train-00002-of-00003"});
  EXPECT_EQ(CauseOf(), (folder_ / "train-00001-of-00003").string() + ": is missing, one of 3 shards");
  EXPECT_EQ(CauseOf("train*"), CauseOf());
  Make({"train-00000-of-00003", "train-00001-of-00003"});
  EXPECT_EQ(CauseOf(), (folder_ / "train-00002-of-00003").string() + ": is missing, one of 3 shards");
  EXPECT_EQ(CauseOf("train-0000[01]-of-00003"), "") << "it was not asked for";
  EXPECT_EQ(CauseOf("train-00000-of-00003"), "");
  Make({"train-00001-of-00002", "val-00000-of-00001"});
  EXPECT_EQ(CauseOf(), (folder_ / "train-00000-of-00002").string() + ": is missing, one of 2 shards");
}

TEST_F(ForeignFilesTest, RefusesSetsThatDoNotFit) {
  const struct {
    Names names;
    const char* cause;
  } cases[] = {
      {{"train-00000-of-00002", "train-00001-of-00003"}, "is of a set of 3 shards, but train-00000-of-00002"},
      {{"train-00000-of-00001", "train-00001-of-00001"}, "has a number beyond its set of 1"},
      {{"train-00000-of-00001", "train-000000-of-00001"}, "is there twice"},
      {{"train-00000-of-00001", "x.tfrecord"}, "x.tfrecord: its name tells no split"},
      {{}, "is not a complete dataset: it has no dataset.json"},
      {{"photo.jpg"}, "is not a complete dataset: it has no dataset.json"},
  };
  for (const auto& c : cases) {
    Make(c.names);
    EXPECT_NE(CauseOf().find(c.cause), std::string::npos) << CauseOf();
  }
  EXPECT_NE(CauseOf("absent").find("there is no such"), std::string::npos);
  EXPECT_NE(CauseOf("absent*").find("there is no such"), std::string::npos);
}

}  // namespace
}  // namespace dataset
