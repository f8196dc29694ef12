#include "dataset/io/staging_folder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

// Returns everything that lies below a folder, sorted.
std::vector<std::string> Tree(const fs::path& folder) {
  std::vector<std::string> tree;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    tree.push_back(item.path().lexically_relative(folder).string());
  }
  std::sort(tree.begin(), tree.end());
  return tree;
}

using Names = std::vector<std::string>;

// All files but those named "mine" are the program's own.
IsOwnFile AllButMine(const fs::path&) {
  return [](const std::string& path) { return !path.ends_with("mine"); };
}

TEST(StagingFolderTest, PublishPutsItInPlace) {
  for (const Sync sync : {Sync::kNo, Sync::kYes}) {
    const TempDir dir;
    StagingFolder folder(dir / "a/b/out/", AllButMine);
    EXPECT_EQ(folder.path().filename(), ".out.incomplete");
    WriteFile(folder.path() / "x", "1");
    folder.Publish(sync);
    EXPECT_EQ(Tree(dir.path()), (Names{"a", "a/b", "a/b/out", "a/b/out/x"}));
  }
}

TEST(StagingFolderTest, WithoutPublishNothingIsLeft) {
  const TempDir dir;
  WriteFile(dir / "out/old", "1");
  {
    StagingFolder folder(dir / "out", AllButMine);
    WriteFile(folder.path() / "x", "1");
  }
  EXPECT_EQ(Tree(dir.path()), (Names{"out", "out/old"}));
}

TEST(StagingFolderTest, PublishReplacesTheFolderThatIsThere) {
  const TempDir dir;
  WriteFile(dir / "out/old", "1");
  StagingFolder folder(dir / "out", AllButMine);
  WriteFile(folder.path() / "new", "1");
  folder.Publish(Sync::kNo);
  EXPECT_EQ(Tree(dir.path()), (Names{"out", "out/new"}));
}

TEST(StagingFolderTest, LeftoversOfAKilledRunAreRemoved) {
  const TempDir dir;
  WriteFile(dir / "out/old", "1");
  WriteFile(dir / ".out.incomplete/half", "1");
  WriteFile(dir / ".out.replaced/older", "1");
  StagingFolder folder(dir / "out", AllButMine);
  EXPECT_EQ(Tree(dir.path()), (Names{".out.incomplete", "out", "out/old"}));
}

TEST(StagingFolderTest, AFolderThatAKilledPublishMovedAsideIsPutBack) {
  const TempDir dir;
  WriteFile(dir / ".out.incomplete/new", "1");
  WriteFile(dir / ".out.replaced/old", "1");
  StagingFolder folder(dir / "out", AllButMine);
  EXPECT_EQ(Tree(dir.path()), (Names{".out.incomplete", "out", "out/old"}));
}

TEST(StagingFolderTest, AFolderWithFilesOfOthersIsRefusedByName) {
  for (const char* file : {"mine", "sub/mine", ".mine"}) {
    const TempDir dir;
    WriteFile(dir / "out/old", "1");
    WriteFile(dir / "out" / file, "years of work");
    try {
      const StagingFolder folder(dir / "out", AllButMine);
      ADD_FAILURE() << file;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("out: holds " + std::string(file) + ", which is none of its own"),
                std::string::npos)
          << error.what();
    }
    EXPECT_TRUE(fs::exists(dir / "out/old"));
    EXPECT_TRUE(fs::exists(dir / "out" / file));
    EXPECT_FALSE(fs::exists(dir / ".out.incomplete"));
  }
}

TEST(StagingFolderTest, AFileThatComesMeanwhileIsKept) {
  const TempDir dir;
  WriteFile(dir / "out/old", "1");
  StagingFolder folder(dir / "out", AllButMine);
  WriteFile(folder.path() / "new", "1");
  WriteFile(dir / "out/sub/mine", "2");
  EXPECT_THROW(folder.Publish(Sync::kNo), Error);
  EXPECT_EQ(Tree(dir.path()),
            (Names{".out.replaced", ".out.replaced/sub", ".out.replaced/sub/mine", "out", "out/new"}));
  EXPECT_THROW(StagingFolder(dir / "out", AllButMine), Error);
  EXPECT_TRUE(fs::exists(dir / ".out.replaced/sub/mine"));
}

TEST(StagingFolderTest, LinksAreRemovedAndNotFollowed) {
  const TempDir dir;
  WriteFile(dir / "elsewhere/mine", "1");
  WriteFile(dir / "out/old", "1");
  fs::create_directory_symlink(dir / "elsewhere", dir / "out/link");
  StagingFolder folder(dir / "out", AllButMine);
  folder.Publish(Sync::kNo);
  EXPECT_EQ(Tree(dir.path()), (Names{"elsewhere", "elsewhere/mine", "out"}));
}

TEST(StagingFolderTest, TheLockLiesBesideTheTarget) {
  const TempDir dir;
  const FileLock lock = StagingFolder::Lock(dir / "a/out/");
  EXPECT_EQ(Tree(dir.path()), (Names{"a", "a/.out.lock"}));
  EXPECT_THROW(StagingFolder::Lock(dir / "a/out"), Error);
}

TEST(StagingFolderTest, FollowsALinkToTheTarget) {
  const TempDir dir;
  WriteFile(dir / "disk/real/old", "1");
  fs::create_symlink(dir / "disk/real", dir / "link");
  StagingFolder folder(dir / "link", AllButMine);
  WriteFile(folder.path() / "new", "1");
  folder.Publish(Sync::kNo);
  EXPECT_TRUE(fs::is_symlink(dir / "link"));
  EXPECT_EQ(Tree(dir / "disk"), (Names{"real", "real/new"}));
}

TEST(StagingFolderTest, AParentThatIsAFileIsAnError) {
  const TempDir dir;
  WriteFile(dir / "file", "1");
  EXPECT_THROW(StagingFolder(dir / "file/out", AllButMine), Error);
}

}  // namespace
}  // namespace dataset
