#include "dataset/io/mapped_file.h"

#include <sys/stat.h>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace train {
namespace {

using dataset::testing::TempDir;
using dataset::testing::WriteFile;

TEST(MappedFileTest, MapsTheContent) {
  const TempDir dir;
  WriteFile(dir / "file", "content");
  EXPECT_EQ(dataset::MappedFile(dir / "file").bytes(), "content");
}

TEST(MappedFileTest, AnEmptyFileHasNoBytes) {
  const TempDir dir;
  WriteFile(dir / "file", "");
  EXPECT_TRUE(dataset::MappedFile(dir / "file").bytes().empty());
}

TEST(MappedFileTest, RefusesWhatIsNotAFile) {
  const TempDir dir;
  ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
  EXPECT_THROW(dataset::MappedFile(dir / "missing"), dataset::Error);
  EXPECT_THROW(dataset::MappedFile{dir.path()}, dataset::Error);
  EXPECT_THROW(dataset::MappedFile(dir / "fifo"), dataset::Error);
}

}  // namespace
}  // namespace train
