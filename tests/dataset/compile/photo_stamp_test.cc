#include "dataset/compile/photo_stamp.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "dataset/base/sha256.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::WriteFile;

class PhotoStampTest : public ::testing::Test {
 protected:
  PhotoStampTest() {
    input_.root = dir_.path();
    for (const char* path : {"a/1", "a/2", "b/3"}) input_.manifest.entries.emplace_back().path = path;
    input_.manifest.entries[1].split = Split::kVal;
    Write("a/1", "12345", 1, 5);
    Write("a/2", "", 1'700'000'000, 999'999'999);
    Write("b/3", "x", 0, 0);
  }
  void Write(const char* path, const char* content, time_t seconds, long nanoseconds) {
    WriteFile(dir_ / path, content);
    const timespec time{seconds, nanoseconds}, times[] = {time, time};
    ASSERT_EQ(utimensat(AT_FDCWD, (dir_ / path).c_str(), times, 0), 0);
  }

  testing::TempDir dir_;
  CompileInput input_;
};

TEST_F(PhotoStampTest, IsTheSha256OfALineAPhoto) {
  PlannedShard shard;
  shard.samples = {{2, false}, {0, false}, {1, false}, {0, true}};
  EXPECT_EQ(PhotoStamp(input_, shard),
            Sha256Hex("1 0 b/3\n5 1000000005 a/1\n0 1700000000999999999 a/2\n5 1000000005 a/1\n"));
  EXPECT_EQ(TrainPhotoStamp(input_), Sha256Hex("5 1000000005 a/1\n1 0 b/3\n"));
  fs::remove(dir_ / "b/3");
  EXPECT_EQ(TrainPhotoStamp(input_), Sha256Hex("5 1000000005 a/1\n0 0 b/3\n"));
}

TEST_F(PhotoStampTest, ALinkHasTheStampOfItsPhoto) {
  const std::string before = TrainPhotoStamp(input_);
  fs::rename(dir_ / "a/1", dir_ / "photo");
  fs::create_symlink("../photo", dir_ / "a/1");
  EXPECT_EQ(TrainPhotoStamp(input_), before);
}

TEST_F(PhotoStampTest, FindsWhatIsNewer) {
  WriteFile(dir_ / "old", "");
  const auto set = [&](time_t seconds, long nanoseconds) { Write("old", "", seconds, nanoseconds); };
  const auto newer = [&] {
    const NewerPhotos found = FindNewerPhotos(input_, dir_ / "old");
    return std::to_string(found.count) + " " + found.first;
  };
  set(1'700'000'000, 999'999'999);
  EXPECT_EQ(newer(), "0 ");
  set(1'700'000'000, 999'999'998);
  EXPECT_EQ(newer(), "1 a/2");
  set(1, 4);
  EXPECT_EQ(newer(), "2 a/1");
  set(1, 5);
  EXPECT_EQ(newer(), "1 a/2");
}

}  // namespace
}  // namespace dataset
