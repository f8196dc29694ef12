#include "dataset/source/listed_files.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using testing::TempDir;
using testing::WriteFile;

class ListedFilesTest : public ::testing::Test {
 protected:
  ListedFilesTest() : root_(fs::canonical(dir_.path()) / "root") {
    for (const char* path : {"img/cat0.jpg", "img/Dog.JPG", "img/0a1b.png", "img/v1.2.jpeg", "img/both.jpg",
                             "img/both.png", "img/mask.txt", "img/end .jpg", "img/a b.jpg", "img/back\\slash.jpg",
                             "UP/x.jpg", "up/x.jpg", "Mixed/Case.jpg"}) {
      WriteFile(root_ / path, "x");
    }
    WriteFile(dir_ / "outside.jpg", "x");
  }

  // The file, "missing", or the error.
  std::string Find(const std::string& path) {
    try {
      return ListedFiles(root_, "list.csv").Find(path, "line 7").value_or("missing");
    } catch (const Error& error) {
      return error.what();
    }
  }

  TempDir dir_;
  const fs::path root_;
};

TEST_F(ListedFilesTest, FindsWhatAPathMeans) {
  const struct {
    std::string path, file;
  } kCases[] = {
      {"img/cat0.jpg", "img/cat0.jpg"},
      {"./img//./cat0.jpg", "img/cat0.jpg"},
      {"img/../img/cat0.jpg", "img/cat0.jpg"},
      {"../root/img/cat0.jpg", "img/cat0.jpg"},
      {root_.string() + "/img/cat0.jpg", "img/cat0.jpg"},
      {root_.string() + "/../root/img/cat0.jpg", "img/cat0.jpg"},
      {"img\\cat0.jpg", "img/cat0.jpg"},
      {".\\img\\cat0.jpg", "img/cat0.jpg"},
      {"img/back\\slash.jpg", "img/back\\slash.jpg"},  // a name as it is written goes first
      {" img/cat0.jpg\t", "img/cat0.jpg"},
      {"img/end .jpg", "img/end .jpg"},
      {"IMG/CAT0.jpg", "img/cat0.jpg"},
      {"img/dog.jpg", "img/Dog.JPG"},
      {"mixed/case.JPG", "Mixed/Case.jpg"},
      {"UP/x.jpg", "UP/x.jpg"},
      {"img/0a1b", "img/0a1b.png"},
      {"IMG/0A1B", "img/0a1b.png"},
      {"img/v1.2", "img/v1.2.jpeg"},
      {"/home/me/photos/img/cat0.jpg", "img/cat0.jpg"},
      {"C:\\Users\\me\\img\\cat0.jpg", "img/cat0.jpg"},
      {"d:/img/cat0.jpg", "img/cat0.jpg"},
      {"\\\\server\\share\\img\\cat0.jpg", "img/cat0.jpg"},
      {"file:///home/me/img/a%20b.jpg", "img/a b.jpg"},
      {"file://localhost" + root_.string() + "/img/cat0.jpg", "img/cat0.jpg"},
      {"file:///C:/me/img/cat0.jpg", "img/cat0.jpg"},
      {"FILE:///img/cat0.jpg", "img/cat0.jpg"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Find(test.path), test.file) << test.path;
}

TEST_F(ListedFilesTest, DoesNotGuess) {
  for (const std::string path : {"",
                                 " ",
                                 "/",
                                 ".",
                                 "..",
                                 "img",
                                 "img/",
                                 "img/cat",
                                 "cat0.jpg",
                                 "img/cat0.png",
                                 "img/cat0.jpg.png",
                                 "img/mask",
                                 "img/cat0.jpg/x",
                                 "../../..",
                                 "/..",
                                 "file://",
                                 "file:",
                                 "C:",
                                 "C:\\",
                                 "\\",
                                 "%2e",
                                 "img/cat0%2ejpg"}) {
    EXPECT_EQ(Find(path), "missing") << path;
  }
  EXPECT_EQ(Find(std::string("img/cat0.jpg\0", 13)), "missing");
  EXPECT_EQ(Find(std::string(100000, 'a')), "missing");
  EXPECT_EQ(Find("/" + std::string(5000, 'a') + "/b"), "missing");
  EXPECT_EQ(Find("img/both"),
            "list.csv: line 7: path \"img/both\" may mean both.jpg and both.png; write it as the file is named");
  EXPECT_EQ(Find("Up/x.jpg"), "list.csv: line 7: path \"Up/x.jpg\" may mean UP and up; write it as the file is named");
  for (const std::string& path : {std::string("../outside.jpg"), (dir_ / "outside.jpg").string()}) {
    EXPECT_EQ(Find(path), "list.csv: line 7: path \"" + path + "\" lies outside of " + root_.string() +
                              "; `root` must name a folder above all pictures");
  }
  for (const std::string path : {"http://x.org/a.jpg", "s3://bucket/img/cat0.jpg"}) {
    EXPECT_EQ(Find(path), "list.csv: line 7: path \"" + path + "\" is a URL; fetch the pictures, and list their paths");
  }
}

// Other folders than those of the first would join pictures of two folders in one.
TEST_F(ListedFilesTest, TakesOnlyOneFolderForTheRoot) {
  ListedFiles files(root_, "list.csv");
  EXPECT_EQ(files.Find("/a/gone/img/cat9.jpg", ""), std::nullopt);
  EXPECT_EQ(files.Find("/a/b/img/cat0.jpg", ""), "img/cat0.jpg");
  EXPECT_EQ(files.Find("/a/b/img/Dog.JPG", ""), "img/Dog.JPG");
  EXPECT_EQ(files.Find("/a/c/img/0a1b.png", ""), std::nullopt);
  EXPECT_EQ(files.Find("/a/b/../img/0a1b.png", ""), std::nullopt);
  EXPECT_EQ(files.Notes(), Names{"paths of another machine, read with " + root_.string() +
                                 "/ instead of /a/b/: 2, the first /a/b/img/cat0.jpg (img/cat0.jpg)"});
}

// macOS decomposes accents in zip files; a spreadsheet composes them.
TEST_F(ListedFilesTest, FindsNamesWhoseAccentsAreEncodedInAnotherWay) {
  const std::string composed = "caf\xc3\xa9", decomposed = "cafe\xcc\x81";
  WriteFile(root_ / (decomposed + "/1.jpg"), "x");
  WriteFile(root_ / ("img/" + composed + ".png"), "x");
  WriteFile(root_ / ("img/\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab.jpg"), "x");
  const std::pair<std::string, std::string> kCases[] = {
      {composed + "/1.jpg", decomposed + "/1.jpg"},
      {decomposed + "/1.jpg", decomposed + "/1.jpg"},
      {"CAf\xc3\xa9/1.JPG", decomposed + "/1.jpg"},
      {"CAFE\xcc\x81/1.JPG", decomposed + "/1.jpg"},
      {"img/" + decomposed + ".png", "img/" + composed + ".png"},
      {"img/" + decomposed, "img/" + composed + ".png"},
      {"img/\xed\x95\x9c.jpg", "img/\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab.jpg"},
      {"caf\xc3\xa8/1.jpg", "missing"},  // another accent
      {"cafe/1.jpg", "missing"},
  };
  for (const auto& [path, file] : kCases) EXPECT_EQ(Find(path), file) << path;
  ListedFiles files(root_, "list.csv");
  EXPECT_EQ(files.Find(composed + "/1.jpg", ""), decomposed + "/1.jpg");
  EXPECT_EQ(files.Notes(), Names{"paths that differ from their files in the way accents are encoded: 1, the first " +
                                 composed + "/1.jpg (" + decomposed + "/1.jpg)"});
  // Both are there, and each is found as it is written.
  WriteFile(root_ / (composed + "/1.jpg"), "y");
  EXPECT_EQ(Find(composed + "/1.jpg"), composed + "/1.jpg");
  EXPECT_EQ(Find(decomposed + "/1.jpg"), decomposed + "/1.jpg");
  WriteFile(root_ / "a/\xc5.jpg", "x");  // no UTF-8
  EXPECT_EQ(Find("a/\xc3\x85.jpg"), "missing");
}

TEST_F(ListedFilesTest, FollowsLinksToTheRoot) {
  fs::create_directory_symlink(root_, dir_ / "link");
  EXPECT_EQ(Find((dir_ / "link/img/cat0.jpg").string()), "img/cat0.jpg");
  fs::create_symlink(dir_ / "outside.jpg", root_ / "img/linked.jpg");
  EXPECT_EQ(Find("img/linked.jpg"), "img/linked.jpg");
  EXPECT_EQ(Find((dir_ / "link/img/linked.jpg").string()), "img/linked.jpg");
}

}  // namespace
}  // namespace dataset
