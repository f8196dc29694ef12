// Tests that a full disk is called by its name, wherever a program meets it.
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::BinDir;
using testing::CommandResult;
using testing::MakeImageFolder;
using testing::RunCommand;
using testing::TempDir;

class FullDiskTest : public ::testing::Test {
 protected:
  FullDiskTest() {
    MakeImageFolder(dir_ / "photos", 2, 20, 96);
    const CommandResult made = Run("dsplit photos -o splits && dscompile splits/manifest.csv -o p.ds && mkdir small");
    EXPECT_EQ(made.exit_code, 0) << made.err;
  }
  CommandResult Run(const std::string& commands) const {
    return RunCommand("cd '" + dir_.path().string() + "'; PATH='" + BinDir().string() + "':$PATH; " + commands);
  }
  // Runs the command where `small` is a disk with these limits of its own.
  CommandResult RunOnSmallDisk(const std::string& limits, const std::string& command) const {
    return Run("unshare -rm sh -c 'mount -t tmpfs -o " + limits + " none small && " + command + "'");
  }

  TempDir dir_;
};

TEST_F(FullDiskTest, IsNamedByEachProgram) {
  if (RunOnSmallDisk("size=64k", "true").exit_code != 0) GTEST_SKIP() << "no disk can be mounted here";
  for (const char* command : {"dsplit photos -o small/splits --materialize copy", "dsplit photos -o small/splits",
                              "dsplit photos -o small/splits --materialize symlink --samples-json",
                              "dscompile splits/manifest.csv -o small/p.ds",
                              "dscompile splits/manifest.csv -o small/p.ds "
                              "--store raw --shards 3",
                              "dsinspect extract p.ds -o small/files", "dsinspect sheet p.ds -o small/sheet.png"}) {
    int full = 0;
    for (const char* limits : {"size=4k", "size=8k", "size=16k", "size=64k", "size=64k,nr_inodes=2",
                               "size=64k,nr_inodes=4", "size=64k,nr_inodes=12"}) {
      const CommandResult result = RunOnSmallDisk(limits, command);
      if (result.exit_code == 0) continue;
      ++full;
      EXPECT_EQ(result.exit_code, 1) << command << " with " << limits << "\n" << result.err;
      EXPECT_NE(result.err.find("No space left on device; free some space and run again"), std::string::npos)
          << command << " with " << limits << "\n"
          << result.err;
    }
    EXPECT_GT(full, 0) << command;
  }
}

}  // namespace
}  // namespace dataset
