#include "dataset/io/removal.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

TEST(RemovalTest, RemovesAFileOrALinkAndNoFolder) {
  const TempDir dir;
  WriteFile(dir / "file", "1");
  WriteFile(dir / "folder/file", "1");
  fs::create_directory_symlink(dir / "folder", dir / "link");
  for (const char* name : {"file", "link", "absent", "file/below"}) {
    RemoveFile(dir / name);
    EXPECT_FALSE(fs::exists(fs::symlink_status(dir / name))) << name;
  }
  EXPECT_THROW(RemoveFile(dir / "folder"), Error);
  EXPECT_TRUE(fs::exists(dir / "folder/file"));
}

TEST(RemovalTest, RemovesAnEmptyFolderAlone) {
  const TempDir dir;
  WriteFile(dir / "full/file", "1");
  WriteFile(dir / "file", "1");
  fs::create_directory(dir / "empty");
  fs::create_directory(dir / "linked");
  fs::create_directory_symlink(dir / "linked", dir / "link");
  for (const char* name : {"full", "file", "empty", "link", "absent"}) RemoveIfEmpty(dir / name);
  EXPECT_FALSE(fs::exists(dir / "empty"));
  for (const char* name : {"full/file", "file", "linked", "link"}) EXPECT_TRUE(fs::exists(dir / name)) << name;
}

}  // namespace
}  // namespace dataset
