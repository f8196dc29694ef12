#include "dataset/io/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/readable_file.h"
#include "dataset/io/sync.h"
#include "dataset/io/writable_file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

// The message of the Error that `call` throws; "" if it throws none.
template <typename Call>
std::string Failure(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> Names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

TEST(FileTest, ReadFailuresNameFileAndReason) {
  const TempDir dir;
  testing::WriteFile(dir / "plain", "x");
  const struct {
    fs::path path;
    const char* reason;
  } kCases[] = {
      {dir / "missing", "cannot open: No such file or directory"},
      {dir.path(), "cannot read: Is a directory"},
      {dir / "plain/below", "cannot open: Not a directory"},
      {dir / std::string(300, 'n'), "cannot open: File name too long"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Failure([&] { ReadFile(c.path); }), c.path.string() + ": " + c.reason);
    EXPECT_EQ(Failure([&] { ReadableFile file(c.path); }), c.path.string() + ": " + c.reason);
  }
  EXPECT_EQ(Failure([] { ReadableFile file("/dev/null"); }), "/dev/null: is not a regular file");
}

TEST(FileTest, WriteFailuresNameFileAndReason) {
  const TempDir dir;
  testing::WriteFile(dir / "plain", "x");
  EXPECT_EQ(Failure([&] { WritableFile file(dir / "plain/below"); }),
            (dir / "plain/below").string() + ": cannot create: Not a directory");
  EXPECT_EQ(Failure([&] { WritableFile file(dir.path()); }), dir.path().string() + ": cannot create: Is a directory");
  EXPECT_EQ(Failure([&] { SyncDirectory(dir / "plain"); }),
            (dir / "plain").string() + ": cannot open the folder: Not a directory");
}

TEST(FileTest, CopiesFilesOfAnySize) {
  const TempDir dir;
  for (size_t size : {size_t{0}, size_t{1}, (size_t{256} << 10) + 1, size_t{1} << 20}) {
    const std::string content(size, static_cast<char>('a' + size % 26));
    testing::WriteFile(dir / "from", content);
    CopyFile(dir / "from", dir / "to", Sync::kNo);
    EXPECT_EQ(ReadFile(dir / "to"), content) << size;
    EXPECT_EQ(Failure([&] { CopyFile(dir / "from", "/dev/full", Sync::kNo); }),
              size == 0 ? "" : "/dev/full: cannot write: No space left on device; free some space and run again");
  }
  EXPECT_EQ(Failure([&] { CopyFile(dir / "gone", dir / "to", Sync::kNo); }),
            (dir / "gone").string() + ": cannot open: No such file or directory");
}

TEST(FileTest, FullDiskIsSeenWhenTheBufferIsWritten) {
  WritableFile buffered("/dev/full");
  buffered.Append("abc");
  EXPECT_EQ(Failure([&] { buffered.Close(Sync::kNo); }),
            "/dev/full: cannot write: No space left on device; free some space and run again");
  WritableFile large("/dev/full");
  EXPECT_EQ(Failure([&] { large.Append(std::string(1 << 20, 'x')); }),
            "/dev/full: cannot write: No space left on device; free some space and run again");
}

TEST(FileTest, ReadFileRespectsItsLimit) {
  const TempDir dir;
  testing::WriteFile(dir / "f", "12345");
  EXPECT_EQ(ReadFile(dir / "f", 5), "12345");
  EXPECT_EQ(Failure([&] { ReadFile(dir / "f", 4); }), (dir / "f").string() + ": has more than the 4 bytes allowed");
  EXPECT_EQ(Failure([&] { ReadFile("/dev/zero", 1000); }), "/dev/zero: has more than the 1000 bytes allowed");
}

TEST(FileTest, ReadsFilesThatTellNoSize) {
  EXPECT_NE(ReadFile("/proc/self/status").find("VmSize"), std::string::npos);
  EXPECT_EQ(ReadFile("/dev/null"), "");
}

TEST(FileTest, ReadFileIntoReplacesTheContentAndKeepsTheCapacity) {
  const TempDir dir;
  testing::WriteFile(dir / "long", std::string(100000, 'l'));
  testing::WriteFile(dir / "short", "s");
  std::string buffer = "old";
  ReadFileInto(dir / "long", &buffer);
  EXPECT_EQ(buffer, std::string(100000, 'l'));
  const char* const data = buffer.data();
  ReadFileInto(dir / "short", &buffer);
  EXPECT_EQ(buffer, "s");
  EXPECT_EQ(buffer.data(), data);
}

TEST(FileTest, ReadAtReadsLessOnlyAtTheEnd) {
  const TempDir dir;
  testing::WriteFile(dir / "f", "0123456789");
  ReadableFile opened(dir / "f");
  const ReadableFile file(std::move(opened));
  EXPECT_EQ(file.size(), 10u);
  EXPECT_EQ(file.path(), dir / "f");
  char bytes[20];
  const struct {
    uint64_t offset;
    size_t size;
    std::string_view expected;
  } kCases[] = {{0, 10, "0123456789"}, {3, 4, "3456"}, {8, 20, "89"}, {10, 5, ""}, {1000, 5, ""}, {2, 0, ""}};
  for (const auto& c : kCases) {
    EXPECT_EQ(std::string_view(bytes, file.ReadAt(c.offset, c.size, bytes)), c.expected);
  }
}

TEST(FileTest, AppendsOfAllSizesKeepTheirOrder) {
  const TempDir dir;
  std::string expected;
  WritableFile file(dir / "f");
  for (const size_t size : {1u, 0u, 262143u, 1u, 262144u, 7u, 262145u, 1000000u, 3u, 262144u, 262144u}) {
    std::string part;
    for (size_t i = 0; i < size; ++i) part += static_cast<char>((expected.size() + i) % 251);
    file.Append(part);
    expected += part;
    EXPECT_EQ(file.bytes(), expected.size());
  }
  file.Close(Sync::kYes);
  EXPECT_TRUE(ReadFile(dir / "f") == expected);
}

TEST(FileTest, WritableFileTruncatesWhatWasThere) {
  const TempDir dir;
  testing::WriteFile(dir / "f", "something long");
  WritableFile file(dir / "f");
  file.Append("new");
  file.Close(Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "f"), "new");
}

TEST(FileTest, PublishFileReplacesAndLeavesNothingBeside) {
  const TempDir dir;
  PublishFile(dir / "f", "one", Sync::kYes);
  EXPECT_EQ(ReadFile(dir / "f"), "one");
  PublishFile(dir / "f", "", Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "f"), "");
  EXPECT_EQ(Names(dir.path()), std::vector<std::string>{"f"});
}

TEST(FileTest, PublishFileTakesANameWithoutAFolder) {
  const TempDir dir;
  const fs::path before = fs::current_path();
  fs::current_path(dir.path());
  PublishFile("f", "here", Sync::kYes);
  fs::current_path(before);
  EXPECT_EQ(ReadFile(dir / "f"), "here");
}

TEST(FileTest, FailedPublishKeepsTheOldContent) {
  const TempDir dir;
  PublishFile(dir / "f", "old", Sync::kNo);
  rlimit unlimited;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  rlimit small = unlimited;
  small.rlim_cur = 4096;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = Failure([&] { PublishFile(dir / "f", std::string(100000, 'n'), Sync::kNo); });
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_NE(message.find("cannot write: File too large"), std::string::npos) << message;
  EXPECT_EQ(ReadFile(dir / "f"), "old");
  EXPECT_EQ(Names(dir.path()), std::vector<std::string>{"f"});
}

TEST(FileTest, PublishOverAFolderFailsAndLeavesNothingBeside) {
  const TempDir dir;
  testing::WriteFile(dir / "f/inside", "x");
  EXPECT_EQ(Failure([&] { PublishFile(dir / "f", "new", Sync::kNo); }),
            (dir / "f").string() + ": cannot replace: Is a directory");
  EXPECT_EQ(Names(dir.path()), std::vector<std::string>{"f"});
}

TEST(FileTest, ReadersSeeTheOldContentOrTheNew) {
  const TempDir dir;
  const std::string first(50000, '1'), second(90000, '2');
  PublishFile(dir / "f", first, Sync::kNo);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; i < 100; ++i) PublishFile(dir / "f", i % 2 == 0 ? second : first, Sync::kNo);
    stop = true;
  });
  bool whole = true;
  do {
    const std::string content = ReadFile(dir / "f");
    whole = whole && (content == first || content == second);
  } while (!stop);
  writer.join();
  EXPECT_TRUE(whole);
}

}  // namespace
}  // namespace dataset
