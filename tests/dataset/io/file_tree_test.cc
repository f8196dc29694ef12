#include "dataset/io/file_tree.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using testing::TempDir;
using testing::WriteFile;

const std::string kPng = "content does not matter";

FileTree Scan(
    const fs::path& root, const TreeFilter& skips = [](std::string_view) { return false; }) {
  NoProgress progress;
  return ScanFileTree(root, skips, progress);
}

std::string ErrorOf(const fs::path& root) {
  try {
    Scan(root);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(FileTreeTest, FindsFilesAtAnyDepthSortedBytewise) {
  TempDir dir;
  for (const char* name : {"b/2.png", "b/10.png", "B/x/y/z.png", "a-b/1.png", "a/1.png", "ü/1.png", "top.png"}) {
    WriteFile(dir / name, kPng);
  }
  const FileTree found = Scan(dir.path());
  EXPECT_EQ(found.files, (Names{"B/x/y/z.png", "a-b/1.png", "a/1.png", "b/10.png", "b/2.png", "top.png", "ü/1.png"}));
  EXPECT_EQ(found.folders, (Names{"B", "B/x", "B/x/y", "a", "a-b", "b", "ü"}));
}

TEST(FileTreeTest, TheFilterSeesEachNameOnce) {
  TempDir dir, other;
  for (const char* name : {"a/1.png", "a/.2.png", ".hidden/3.png"}) WriteFile(dir / name, kPng);
  WriteFile(other / "4.png", kPng);
  fs::create_directory_symlink(other.path(), dir / "link");
  Names seen;
  const FileTree found = Scan(dir.path(), [&](std::string_view path) {
    seen.emplace_back(path);
    return path == ".hidden/" || path == "a/.2.png";
  });
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, (Names{".hidden/", "a/", "a/.2.png", "a/1.png", "link/", "link/4.png"}));
  EXPECT_EQ(found.files, (Names{"a/1.png", "link/4.png"}));
  EXPECT_EQ(found.folders, (Names{"a", "link"}));
}

// What is left out may be a broken link, an unreadable folder, a loop, or a name in another encoding.
TEST(FileTreeTest, NothingIsAskedOfWhatTheFilterLeavesOut) {
  TempDir dir;
  WriteFile(dir / "a/1.png", kPng);
  fs::create_symlink("gone", dir / "skip-link");
  fs::create_symlink("skip-self", dir / "skip-self");
  fs::create_directory_symlink(".", dir / "skip-loop");
  WriteFile(dir / "skip-caf\xe9", kPng);
  EXPECT_EQ(Scan(dir.path(), [](std::string_view path) { return path.starts_with("skip-"); }).files, Names{"a/1.png"});
}

TEST(FileTreeTest, FollowsLinksToFilesAndFolders) {
  TempDir dir, other;
  WriteFile(other / "x/1.png", kPng);
  WriteFile(dir / "a/2.png", kPng);
  fs::create_symlink(other / "x", dir / "b");
  fs::create_symlink(other / "x/1.png", dir / "a/link.png");
  fs::create_symlink("a", dir / "again");
  EXPECT_EQ(Scan(dir.path()).files, (Names{"a/2.png", "a/link.png", "again/2.png", "again/link.png", "b/1.png"}));
}

TEST(FileTreeTest, RefusesALinkToAFolderAboveIt) {
  for (const char* target : {".", "..", "../..", "../../a"}) {
    TempDir dir;
    WriteFile(dir / "a/b/1.png", kPng);
    fs::create_directory_symlink(target, dir / "a/b/loop");
    const std::string error = ErrorOf(dir.path());
    EXPECT_NE(error.find("a/b/loop"), std::string::npos) << target << ": " << error;
    EXPECT_NE(error.find("a link to a folder that it lies in"), std::string::npos) << error;
  }
}

TEST(FileTreeTest, RefusesALinkToItself) {
  TempDir dir;
  fs::create_symlink("self.png", dir / "self.png");
  EXPECT_EQ(ErrorOf(dir.path()), (dir / "self.png").string() + ": is a loop of links");
}

TEST(FileTreeTest, RefusesALinkToNothing) {
  TempDir dir;
  fs::create_symlink("gone.png", dir / "1.png");
  EXPECT_EQ(ErrorOf(dir.path()), (dir / "1.png").string() + ": cannot read: No such file or directory");
}

TEST(FileTreeTest, RefusesAMissingFolder) {
  TempDir dir;
  EXPECT_EQ(ErrorOf(dir / "gone"), (dir / "gone").string() + ": cannot read: No such file or directory");
}

TEST(FileTreeTest, RefusesNamesThatAreNotUtf8) {
  TempDir dir;
  WriteFile(dir / "caf\xe9/1.png", kPng);
  EXPECT_EQ(ErrorOf(dir.path()), dir.path().string() + "/caf\\xe9: the name is not UTF-8; rename it");
}

// Opening a pipe would wait for a writer.
TEST(FileTreeTest, NeverOpensWhatIsNoRegularFile) {
  TempDir dir;
  WriteFile(dir / "a/1.png", kPng);
  ASSERT_EQ(mkfifo((dir / "a/pipe.png").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", dir / "a/zero.png");
  EXPECT_EQ(Scan(dir.path()).others, (Names{"a/pipe.png", "a/zero.png"}));
}

// The result is sorted by whole paths for any order of creation, whatever readdir gives.
TEST(FileTreeTest, TheOrderOfCreationDoesNotMatter) {
  Names names = {"a/1", "a/b/2", "a-b/3", "a.b", "a/b-c", "z/y/x"};
  TempDir first, second;
  for (const std::string& name : names) WriteFile(first / name, "x");
  std::reverse(names.begin(), names.end());
  for (const std::string& name : names) WriteFile(second / name, "x");
  EXPECT_EQ(Scan(first.path()).files, Scan(second.path()).files);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(Scan(first.path()).files, names);
}

// The folders are nested deeper than the number of files that a program may have open.
TEST(FileTreeTest, DeepFoldersTakeNoDescriptors) {
  TempDir dir;
  std::string deep = "d";
  for (int i = 0; i < 200; ++i) deep += "/d";
  fs::create_directories(dir / deep);
  rlimit before;
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{64, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  EXPECT_EQ(Scan(dir.path()).folders.size(), 201u);
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace dataset
