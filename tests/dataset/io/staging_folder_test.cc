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

TEST(StagingFolderTest, PublishPutsItInPlace) {
  for (const Sync sync : {Sync::kNo, Sync::kYes}) {
    const TempDir dir;
    StagingFolder folder(dir / "a/b/out/");
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
    StagingFolder folder(dir / "out");
    WriteFile(folder.path() / "x", "1");
  }
  EXPECT_EQ(Tree(dir.path()), (Names{"out", "out/old"}));
}

TEST(StagingFolderTest, PublishReplacesTheFolderThatIsThere) {
  const TempDir dir;
  WriteFile(dir / "out/old", "1");
  StagingFolder folder(dir / "out");
  WriteFile(folder.path() / "new", "1");
  folder.Publish(Sync::kNo);
  EXPECT_EQ(Tree(dir.path()), (Names{"out", "out/new"}));
}

TEST(StagingFolderTest, LeftoversOfAKilledRunAreRemoved) {
  const TempDir dir;
  WriteFile(dir / "out/old", "1");
  WriteFile(dir / ".out.incomplete/half", "1");
  WriteFile(dir / ".out.replaced/older", "1");
  StagingFolder folder(dir / "out");
  EXPECT_EQ(Tree(dir.path()), (Names{".out.incomplete", "out", "out/old"}));
}

TEST(StagingFolderTest, AFolderThatAKilledPublishMovedAsideIsPutBack) {
  const TempDir dir;
  WriteFile(dir / ".out.incomplete/new", "1");
  WriteFile(dir / ".out.replaced/old", "1");
  StagingFolder folder(dir / "out");
  EXPECT_EQ(Tree(dir.path()), (Names{".out.incomplete", "out", "out/old"}));
}

TEST(StagingFolderTest, FollowsALinkToTheTarget) {
  const TempDir dir;
  WriteFile(dir / "disk/real/old", "1");
  fs::create_symlink(dir / "disk/real", dir / "link");
  StagingFolder folder(dir / "link");
  WriteFile(folder.path() / "new", "1");
  folder.Publish(Sync::kNo);
  EXPECT_TRUE(fs::is_symlink(dir / "link"));
  EXPECT_EQ(Tree(dir / "disk"), (Names{"real", "real/new"}));
}

TEST(StagingFolderTest, AParentThatIsAFileIsAnError) {
  const TempDir dir;
  WriteFile(dir / "file", "1");
  EXPECT_THROW(StagingFolder(dir / "file/out"), Error);
}

}  // namespace
}  // namespace dataset
