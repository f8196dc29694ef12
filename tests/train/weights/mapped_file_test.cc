#include "train/weights/mapped_file.h"

#include <sys/stat.h>

#include "dataset/error.h"
#include "tests/testing/testing.h"

namespace train {
namespace {

using dataset::testing::TempDir;
using dataset::testing::WriteFile;

TEST(MappedFileTest, MapsTheContent) {
  const TempDir dir;
  WriteFile(dir / "file", "content");
  EXPECT_EQ(MappedFile(dir / "file").bytes(), "content");
}

TEST(MappedFileTest, AnEmptyFileHasNoBytes) {
  const TempDir dir;
  WriteFile(dir / "file", "");
  EXPECT_TRUE(MappedFile(dir / "file").bytes().empty());
}

TEST(MappedFileTest, RefusesWhatIsNotAFile) {
  const TempDir dir;
  ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
  EXPECT_THROW(MappedFile(dir / "missing"), dataset::Error);
  EXPECT_THROW(MappedFile{dir.path()}, dataset::Error);
  EXPECT_THROW(MappedFile(dir / "fifo"), dataset::Error);
}

}  // namespace
}  // namespace train
