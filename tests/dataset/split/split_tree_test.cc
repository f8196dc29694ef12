#include "dataset/split/split_tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

class SplitTreeTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directory(out()); }
  fs::path out() const { return dir_ / "out"; }
  fs::path root() const { return dir_ / "raw"; }

  // Parses a manifest and writes its files; the content of a file is its path.
  Manifest Parse(const std::string& rows) {
    const Manifest manifest = ParseManifest("path,label,split\n" + rows, "m");
    for (const ManifestEntry& entry : manifest.entries) WriteFile(root() / entry.path, entry.path);
    return manifest;
  }
  void Make(const Manifest& manifest, Materialize materialize, OldTree old_tree = OldTree::kKeepIfWhole) {
    SplitTrees(manifest, root(), materialize, out(), old_tree).Publish();
  }
  std::string ErrorOf(const Manifest& manifest, Materialize materialize) {
    try {
      Make(manifest, materialize);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(out())) {
      if (!entry.is_directory()) files.push_back(entry.path().lexically_relative(out()));
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  TempDir dir_;
};

TEST_F(SplitTreeTest, EachWayGivesTheSameFiles) {
  const Manifest manifest = Parse("a/1.jpg,a,train\na/deep/1.jpg,a,train\nb/1.jpg,b,val\n");
  for (Materialize way : {Materialize::kHardlink, Materialize::kSymlink, Materialize::kCopy}) {
    Make(manifest, way);
    EXPECT_EQ(Files(), (std::vector<std::string>{"train/.dsplit", "train/a/1.jpg", "train/a/deep/1.jpg", "val/.dsplit",
                                                 "val/b/1.jpg"}));
    EXPECT_EQ(ReadFile(out() / "train/a/deep/1.jpg"), "a/deep/1.jpg");
    EXPECT_EQ(fs::is_symlink(out() / "val/b/1.jpg"), way == Materialize::kSymlink);
    EXPECT_EQ(fs::hard_link_count(root() / "b/1.jpg"), way == Materialize::kHardlink ? 2u : 1u);
  }
}

TEST_F(SplitTreeTest, ReflinkWorksOrSaysWhyNot) {
  const std::string error = ErrorOf(Parse("a/1.jpg,a,train\n"), Materialize::kReflink);
  if (error.empty()) {
    EXPECT_EQ(ReadFile(out() / "train/a/1.jpg"), "a/1.jpg");
  } else {
    EXPECT_NE(error.find("lies on a file system that cannot share blocks"), std::string::npos) << error;
    EXPECT_TRUE(Files().empty());
  }
}

TEST_F(SplitTreeTest, PlacesFilesOfAnySourceBelowTheirClass) {
  Make(Parse("train/a/1.jpg,a,train\ntrain/a/2.jpg,a,val\nflat.jpg,b,train\nx/y.jpg,b,train\ntrain/z.jpg,b,train\n"),
       Materialize::kHardlink);
  EXPECT_EQ(Files(),
            (std::vector<std::string>{"train/.dsplit", "train/a/1.jpg", "train/b/flat.jpg", "train/b/train/z.jpg",
                                      "train/b/x/y.jpg", "val/.dsplit", "val/a/2.jpg"}));
}

TEST_F(SplitTreeTest, RefusesTwoFilesWithOnePlace) {
  EXPECT_NE(ErrorOf(Parse("a/1.jpg,a,train\n1.jpg,a,train\n"), Materialize::kCopy).find("would both be train/a/1.jpg"),
            std::string::npos);
  EXPECT_TRUE(Files().empty());
}

TEST_F(SplitTreeTest, RefusesClassesThatAreNoFolders) {
  for (const std::string label : {"..", ".", "a/b", "../../etc"}) {
    EXPECT_NE(ErrorOf(Parse("1.jpg," + label + ",train\n"), Materialize::kCopy).find("cannot be the name of a folder"),
              std::string::npos);
  }
}

TEST_F(SplitTreeTest, KeepsWhatIsThereAndReplacesWhatIsOld) {
  const Manifest manifest = Parse("a/1.jpg,a,train\nb/1.jpg,b,val\n");
  Make(manifest, Materialize::kCopy);
  struct stat before, after;
  stat((out() / "train/a/1.jpg").c_str(), &before);
  Make(manifest, Materialize::kCopy);
  stat((out() / "train/a/1.jpg").c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino);
  Make(Parse("a/1.jpg,b,train\n"), Materialize::kCopy);
  EXPECT_EQ(Files(), (std::vector<std::string>{"train/.dsplit", "train/b/a/1.jpg"}));
  Make(manifest, Materialize::kNone);
  EXPECT_TRUE(Files().empty());
}

TEST_F(SplitTreeTest, ReplacesATreeThatIsNotWholeOrOfAnotherRoot) {
  const Manifest manifest = Parse("a/1.jpg,a,train\na/2.jpg,a,train\n");
  Make(manifest, Materialize::kCopy);
  fs::remove(out() / "train/a/2.jpg");
  Make(manifest, Materialize::kCopy);
  EXPECT_EQ(ReadFile(out() / "train/a/2.jpg"), "a/2.jpg");
  // Other photos of the same names: their manifest is the same.
  fs::rename(root(), dir_ / "old");
  WriteFile(root() / "a/1.jpg", "new");
  WriteFile(root() / "a/2.jpg", "new");
  Make(manifest, Materialize::kCopy, OldTree::kReplace);
  EXPECT_EQ(ReadFile(out() / "train/a/1.jpg"), "new");
  SplitTrees(manifest, dir_ / "old", Materialize::kCopy, out(), OldTree::kKeepIfWhole).Publish();
  EXPECT_EQ(ReadFile(out() / "train/a/1.jpg"), "a/1.jpg");
}

TEST_F(SplitTreeTest, AMarkerWithoutItsHeadMakesNothingOurs) {
  const Manifest manifest = Parse("a/1.jpg,a,train\n");
  for (const char* marker : {"", "copy\n", "copied\n0123\n"}) {
    WriteFile(out() / "train/.dsplit", marker);
    WriteFile(out() / "train/mine.txt", "x");
    EXPECT_NE(ErrorOf(manifest, Materialize::kCopy).find("was not made by dsplit"), std::string::npos) << marker;
    EXPECT_TRUE(fs::exists(out() / "train/mine.txt"));
  }
}

TEST_F(SplitTreeTest, NeverTouchesAFolderOfOtherOrigin) {
  const Manifest manifest = Parse("a/1.jpg,a,train\n");
  WriteFile(out() / "train/mine.txt", "x");
  WriteFile(out() / "val/mine.txt", "x");
  EXPECT_NE(ErrorOf(manifest, Materialize::kCopy).find("was not made by dsplit"), std::string::npos);
  Make(manifest, Materialize::kNone);
  EXPECT_EQ(Files(), (std::vector<std::string>{"train/mine.txt", "val/mine.txt"}));
}

// A missing file makes the copy fail, as a full disk would.
TEST_F(SplitTreeTest, AFailureLeavesNothingBehind) {
  const Manifest manifest = Parse("a/1.jpg,a,train\na/2.jpg,a,train\nb/1.jpg,b,test\n");
  fs::remove(root() / "b/1.jpg");
  for (Materialize way : {Materialize::kHardlink, Materialize::kCopy, Materialize::kReflink}) {
    EXPECT_NE(ErrorOf(manifest, way), "");
    EXPECT_TRUE(fs::is_empty(out()));
  }
}

}  // namespace
}  // namespace dataset
