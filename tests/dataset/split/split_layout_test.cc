#include "dataset/split/split_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using Names = std::vector<std::string>;

FileTree Tree(const Names& files, const Names& empty_folders = {}) {
  FileTree tree;
  tree.files = files;
  std::set<std::string> folders(empty_folders.begin(), empty_folders.end());
  for (const std::string& path : files) {
    for (size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
      folders.insert(path.substr(0, slash));
    }
  }
  tree.folders.assign(folders.begin(), folders.end());
  std::sort(tree.files.begin(), tree.files.end());
  return tree;
}

std::string ErrorOf(const Names& files, const SplitOptions& options = {}) {
  try {
    FindSplitLayout(Tree(files), "RAW", options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// "Train as train, valid as val": the note without its beginning; "" if the folders are classes.
std::string SplitsOf(const Names& files, const SplitOptions& options = {}) {
  const SplitLayout layout = FindSplitLayout(Tree(files), "RAW", options);
  EXPECT_EQ(layout.notes.empty(), layout.splits.empty());
  const std::string begin = "folders taken as splits: ";
  return layout.notes.empty() ? "" : layout.notes.front().substr(begin.size());
}

TEST(SplitLayoutTest, FoldersWithNamesOfSplitsAreSplits) {
  const std::pair<Names, const char*> kCases[] = {
      {{"train/cat/1.jpg", "valid/cat/1.jpg", "test/cat/1.jpg"}, "test as test, train as train, valid as val"},
      {{"Train/cat/1.jpg", "Val/cat/1.jpg", "TEST/cat/1.jpg"}, "TEST as test, Train as train, Val as val"},
      {{"training/cat/1.jpg", "testing/cat/1.jpg"}, "testing as test, training as train"},
      {{"training_set/cat/1.jpg", "test-set/cat/1.jpg", "dev set/cat/1.jpg"},
       "dev set as val, test-set as test, training_set as train"},
      {{"train/cat/1.jpg", "holdout/cat/1.jpg"}, "holdout as val, train as train"},
      {{"train/cat/1.jpg"}, "train as train"},
      {{"train/cat/1.jpg", "lost.jpg"}, "train as train"},
      // Pictures without classes: of the test split alone, and of all.
      {{"train/cat/1.jpg", "test/1.jpg"}, "test as test, train as train"},
      {{"train/1.jpg", "test/1.jpg"}, "test as test, train as train"},
      {{"train/cat/1.jpg", "train/stray.jpg", "test/cat/1.jpg"}, "test as test, train as train"},
  };
  for (const auto& [files, splits] : kCases) EXPECT_EQ(SplitsOf(files), splits);
}

TEST(SplitLayoutTest, FoldersWithoutNamesOfSplitsAreClasses) {
  for (const Names& files : {Names{}, Names{"1.jpg"}, Names{"cat/1.jpg", "dog/1.jpg"}, Names{"cat/train/1.jpg"},
                             Names{"trains/1.jpg", "testify/1.jpg"}, Names{"train set 1/1.jpg", "dog/1.jpg"},
                             Names{"crash test/1.jpg", "train station/1.jpg"}}) {
    EXPECT_EQ(SplitsOf(files), "");
    EXPECT_EQ(FindSplitLayout(Tree(files), "RAW", {}).warnings, Names{});
  }
}

// A class of locomotives.
TEST(SplitLayoutTest, AClassTrainIsToldApartByItsImages) {
  const Names files = {"bus/1.jpg", "car/1.jpg", "train/1.jpg"};
  EXPECT_EQ(SplitsOf(files), "");
  EXPECT_EQ(
      FindSplitLayout(Tree(files), "RAW", {}).warnings,
      Names{"class train has the name of a split; it was taken as a class, because its images lie directly in it, "
            "beside bus, car; `split_folders` none says that this is right"});
  SplitOptions none;
  none.split_folders = SplitFolders::kNone;
  EXPECT_EQ(FindSplitLayout(Tree(files), "RAW", none).warnings, Names{});
  EXPECT_EQ(SplitsOf({"bus/1.jpg", "test/1.jpg", "train/1.jpg"}), "");
}

TEST(SplitLayoutTest, NoneTakesAllFoldersAsClasses) {
  SplitOptions none;
  none.split_folders = SplitFolders::kNone;
  for (const Names& files :
       {Names{"train/ice/1.jpg", "bus/1.jpg"}, Names{"val/a/1.jpg", "validation/a/1.jpg"}, Names{"test/a/1.jpg"}}) {
    EXPECT_EQ(SplitsOf(files, none), "");
  }
}

TEST(SplitLayoutTest, AFolderWithoutFilesDecidesNothing) {
  const FileTree tree = Tree({"train/a/1.jpg", "valid/a/1.jpg"}, {"runs", "runs/deep", "test", "val"});
  const SplitLayout layout = FindSplitLayout(tree, "RAW", {});
  EXPECT_EQ(layout.notes, Names{"folders taken as splits: train as train, valid as val"});
  EXPECT_EQ(layout.splits.count("runs"), 0u);
  EXPECT_EQ(FindSplitLayout(Tree({"a/1.jpg"}, {"train"}), "RAW", {}).splits.size(), 0u);
}

TEST(SplitLayoutTest, RefusesWhatIsUnclearByName) {
  const std::string kClasses = "; if all its folders are classes, use `split_folders` none";
  const std::pair<Names, std::string> kCases[] = {
      // Neighbours: results of a training, classes, a doubled folder, and other splits.
      {{"train/a/1.jpg", "val/a/1.jpg", "runs/1.jpg"},
       "RAW: has runs beside the splits train, val; move away what is no split, or leave it out with `exclude`" +
           kClasses},
      {{"train/a/1.jpg", "a/1.jpg", "b/1.jpg", "c/1.jpg", "d/1.jpg"},
       "RAW: has a, b, c and 1 more beside the splits train; "},
      {{"train/a/1.jpg", "set/train/a/1.jpg"}, "RAW: has set beside the splits train; "},
      {{"train/a/1.jpg", "test1/1.jpg"}, "RAW: has test1 beside the splits train; "},
      {{"train/1.jpg", "test1/1.jpg"}, "RAW: has test1 beside the splits train; "},
      {{"train/a/1.jpg", "test/1.jpg", "unlabeled/1.jpg"}, "RAW: has unlabeled beside the splits test, train; "},
      // A class, or a split with a stray picture?
      {{"train/1.jpg", "train/ice/1.jpg", "bus/1.jpg"}, "RAW: has bus beside the splits train; "},
      // Two folders of one split.
      {{"train/a/1.jpg", "val/a/1.jpg", "validation/a/1.jpg"},
       "RAW: has both val and validation, which are names of the split val; join them, or leave one out with "
       "`exclude`"},
      {{"Train/a/1.jpg", "train/a/1.jpg"}, "RAW: has both Train and train, which are names of the split train; "},
      {{"train/a/1.jpg", "dev/a/1.jpg", "eval/a/1.jpg"}, "RAW: has both dev and eval, "},
      {{"train/a/1.jpg", "test/a/1.jpg", "test_images/1.jpg"}, "RAW: has both test and test_images, "},
      // No train.
      {{"val/a/1.jpg", "test/a/1.jpg"},
       "RAW: has test, val, names of splits, but no train; give the folder above train, or rename one to train" +
           kClasses},
      {{"test/a/1.jpg"}, "RAW: has test, the name of a split, but no train; "},
      {{"val/1.jpg", "test/1.jpg"}, "RAW: has test, val, names of splits, but no train; "},
      {{"valid/a/1.jpg", "cat/1.jpg"}, "RAW: has valid, the name of a split, but no train; "},
      // Splits by almost such names.
      {{"train2017/1.jpg", "val2017/1.jpg"},
       "RAW: has train2017, val2017, which look like splits; rename them to train, val and test" + kClasses},
      {{"01_train/a/1.jpg", "02_test/a/1.jpg"}, "RAW: has 01_train, 02_test, which look like splits; "},
      {{"images_train/1.jpg", "images_val/1.jpg"}, "RAW: has images_train, images_val, which look like splits; "},
  };
  for (const auto& [files, error] : kCases) {
    const std::string text = ErrorOf(files);
    EXPECT_TRUE(text.starts_with(error)) << text << "\nis not\n" << error;
  }
}

// With a pattern for labels no folder is a class, so files may lie directly in splits.
TEST(SplitLayoutTest, ALabelRegexMakesNoFolderAClass) {
  SplitOptions options;
  options.label_regex = "(.)";
  EXPECT_EQ(SplitsOf({"train/cat.1.jpg", "test/cat.2.jpg"}, options), "test as test, train as train");
  EXPECT_EQ(SplitsOf({"x/cat.1.jpg", "y/cat.2.jpg"}, options), "");
  EXPECT_NE(ErrorOf({"train/cat.1.jpg", "more/cat.2.jpg"}, options).find("has more beside the splits train"),
            std::string::npos);
}

TEST(SplitLayoutTest, WarnsOfSplitsInsideOfClasses) {
  const auto warnings = [](const Names& files) { return FindSplitLayout(Tree(files), "RAW", {}).warnings; };
  EXPECT_EQ(warnings({"chest/test/a/1.jpg", "chest/train/a/1.jpg", "chest/val/a/1.jpg"}),
            Names{"chest/test, chest/train, chest/val have names of splits, but lie inside of classes and are dealt "
                  "anew; if chest is no class, give that folder instead of the one above it"});
  EXPECT_EQ(warnings({"cat/test/1.jpg", "cat/train/1.jpg", "dog/test/1.jpg", "dog/train/1.jpg"}).size(), 1u);
  EXPECT_EQ(warnings({"cat/test/1.jpg", "cat/young/1.jpg", "dog/1.jpg"}), Names{});
}

}  // namespace
}  // namespace dataset
