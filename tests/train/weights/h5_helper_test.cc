#include "train/weights/h5_helper.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"

namespace train {
namespace {

using dataset::testing::TempDir;
using dataset::testing::WriteFile;
using testing::ErrorOf;
namespace fs = std::filesystem;

constexpr std::chrono::minutes kLong{5};

// The helper is a shell script that ends in ways in which the real one could end if a hostile file took it over.
class H5HelperTest : public ::testing::Test {
 protected:
  H5HelperTest() { WriteFile(dir_ / "x.h5", "input\n"); }

  std::unique_ptr<dataset::MappedFile> Run(const std::string& script, std::chrono::milliseconds patience = kLong) {
    WriteFile(dir_ / "helper", "#!/bin/sh\n" + script + "\n");
    fs::permissions(dir_ / "helper", fs::perms::owner_all);
    return RunH5Helper(dir_ / "helper", dataset::MappedFile(dir_ / "x.h5"), "x.h5", patience);
  }

  TempDir dir_;
};

TEST_F(H5HelperTest, ReturnsItsOutput) {
  EXPECT_EQ(Run("cat; echo 'not a reason' >&2; printf end")->bytes(), "input\nend");
  EXPECT_EQ(Run("exec >&-; exit 0")->bytes(), "");
}

TEST_F(H5HelperTest, TheOutputCannotBeChangedAnyMore) {
  const auto output = Run("printf text");
  EXPECT_EQ(write(output->descriptor(), "x", 1), -1);
  EXPECT_EQ(ftruncate(output->descriptor(), 0), -1);
  EXPECT_EQ(mmap(nullptr, 4, PROT_WRITE, MAP_SHARED, output->descriptor(), 0), MAP_FAILED);
}

TEST_F(H5HelperTest, EveryBadEndIsAnError) {
  const struct {
    const char* script;
    const char* message;
  } kCases[] = {
      {"printf 'is damaged' >&2; exit 3", "x.h5: is damaged"},
      {"printf 'a\\033[2J\\nb\\n' >&2; exit 3", "x.h5: a?[2J b"},
      {"exit 3", "x.h5: "},
      {"cat; exit 1", "x.h5: dstools-h5 ended with exit code 1: "},
      {"echo no library >&2; exit 127", "x.h5: dstools-h5 ended with exit code 127: no library"},
      {"kill -SEGV $$", "x.h5: libhdf5 crashed while reading it (signal 11); the file is damaged or hostile"},
      {"cat; kill -ABRT $$", "x.h5: libhdf5 crashed while reading it (signal 6); the file is damaged or hostile"},
      {"kill -XCPU $$", "x.h5: libhdf5 did not finish reading it in time; the file is damaged or hostile"},
      // The helper closes its output as if it had ended.
      {"exec 2>&-; exec sleep 1000", "x.h5: dstools-h5 was killed while it read it; memory may be short"},
      {"kill -BUS $$", "x.h5: cannot be read to its end, or was changed meanwhile"},
  };
  for (const auto& test : kCases) EXPECT_EQ(ErrorOf([&] { Run(test.script); }), test.message) << test.script;
}

TEST_F(H5HelperTest, LongComplaintsAreCut) {
  const std::string error = ErrorOf([&] { Run("head -c 100000 /dev/zero >&2; exit 3"); });
  EXPECT_LT(error.size(), 1000u);
}

TEST_F(H5HelperTest, PatienceEnds) {
  EXPECT_EQ(ErrorOf([&] { Run("exec sleep 1000", std::chrono::milliseconds(20)); }),
            "x.h5: libhdf5 did not finish reading it in time; the file is damaged or hostile");
}

TEST_F(H5HelperTest, NothingIsLeftBehind) {
  const auto open_files = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = open_files();
  for (const char* script : {"cat", "exit 3", "kill -SEGV $$"}) {
    try {
      Run(script);
    } catch (const dataset::Error&) {
    }
  }
  EXPECT_EQ(open_files(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(H5HelperTest, WhatCannotBeStartedIsNamed) {
  const dataset::MappedFile file(dir_ / "x.h5");
  const std::string error = ErrorOf([&] { RunH5Helper(dir_ / "missing", file, "x.h5", kLong); });
  EXPECT_NE(error.find("x.h5: cannot start " + (dir_ / "missing").string()), std::string::npos) << error;
}

TEST_F(H5HelperTest, TheRealOneIsFoundFromTheTests) {
  EXPECT_TRUE(fs::equivalent(FindH5Helper("x.h5"), dataset::testing::BinDir() / "dstools-h5"));
}

}  // namespace
}  // namespace train
