#include "dataset/io/file_lock.h"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::WriteFile;

template <typename Body>
std::string CauseOf(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(FileLockTest, TheSecondIsToldWhoHoldsIt) {
  const TempDir dir;
  const std::string own = "run: is in use by process " + std::to_string(getpid()) + "; wait for its end, or stop it";
  {
    const FileLock first(dir / "lock", "run");
    EXPECT_TRUE(first.locked());
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(CauseOf([&] { FileLock(dir / "lock", "run"); }), own);
      EXPECT_EQ(CauseOf([&] { RefuseLocked(dir / "lock", "run"); }), own);
    }
  }
  EXPECT_FALSE(fs::exists(dir / "lock"));
  EXPECT_EQ(CauseOf([&] { RefuseLocked(dir / "lock", "run"); }), "");
}

TEST(FileLockTest, EndsWithItsProcess) {
  const TempDir dir;
  const std::string hold = "exec 9> '" + (dir / "lock").string() + "'; flock -n 9; echo '77 elsewhere' >&9; ";
  const auto result = testing::RunCommand(hold + "sleep 60 & echo $!");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(CauseOf([&] { FileLock(dir / "lock", "run"); }),
            "run: is in use by process 77 on elsewhere; wait for its end, or stop it");
  EXPECT_EQ(ReadFile(dir / "lock"), "77 elsewhere\n");
  ASSERT_EQ(testing::RunCommand("kill -9 " + result.out).exit_code, 0);
  // The file is still there.
  while (!CauseOf([&] { RefuseLocked(dir / "lock", "run"); }).empty()) {
  }
  const FileLock lock(dir / "lock", "run");
  EXPECT_TRUE(ReadFile(dir / "lock").starts_with(std::to_string(getpid()) + " "));
}

TEST(FileLockTest, AnOwnerThatHasNotYetWrittenIsAnotherProcess) {
  const TempDir dir;
  const FileLock first(dir / "lock", "run");
  for (const char* content : {"", "12", "no name at all\n"}) {
    WriteFile(dir / "lock", content);
    const std::string cause = CauseOf([&] { FileLock(dir / "lock", "run"); });
    EXPECT_NE(cause.find("is in use by "), cause.npos) << cause;
  }
}

// The owner removes the file between our open and our flock.
TEST(FileLockTest, AFileThatWasRemovedMeanwhileCountsForNothing) {
  const TempDir dir;
  static fs::path file;
  static int calls;
  file = dir / "lock";
  calls = 0;
  const FileLock lock(file, "run", [](int fd, int operation) {
    if (++calls == 1) fs::remove(file);
    return flock(fd, operation);
  });
  EXPECT_EQ(calls, 2);
  EXPECT_TRUE(lock.locked());
  EXPECT_NE(CauseOf([&] { FileLock(file, "run"); }), "");
}

TEST(FileLockTest, WithoutLocksOfTheFileSystemItIsSaid) {
  const TempDir dir;
  for (const FileLock::Call call : std::initializer_list<FileLock::Call>{
           [](int, int) { return errno = ENOLCK, -1; }, [](int, int) { return errno = EOPNOTSUPP, -1; },
           [](int, int) { return errno = ENOSYS, -1; }}) {
    const FileLock first(dir / "lock", "run", call), second(dir / "lock", "run", call);
    EXPECT_FALSE(first.locked());
    EXPECT_FALSE(second.locked());
  }
  EXPECT_NE(CauseOf([&] { FileLock(dir / "lock", "run", [](int, int) { return errno = EIO, -1; }); }), "");
}

TEST(FileLockTest, AFileThatCannotBeMadeIsNamed) {
  const TempDir dir;
  EXPECT_NE(CauseOf([&] { FileLock(dir / "absent/lock", "run"); }).find("absent/lock: cannot create"),
            std::string::npos);
}

}  // namespace
}  // namespace dataset
