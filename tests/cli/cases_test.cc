// Runs the inputs of cases/ in the test data: what went wrong for users of other tools, and what is right.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;
using testing::TempDir;

// One row: commands of a shell in an empty folder, where $CASES is the folder of inputs and PATH begins with the tools.
struct Case {
  const char* name;  // of the test: folder of cases/, then what is tried
  const char* commands;
  int exit_code = 0;  // of the last command
  // Texts that the output (stdout, then stderr) must have, and texts that it must not have.
  std::vector<const char*> texts = {};
  std::vector<const char*> absent = {};

  friend void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }
};

// Rows are in the order of the folders' names.
const Case kCases[] = {
    {.name = "C01Raw",
     .commands = "dsplit $CASES/01-roboflow-valid/raw -o splits",
     .texts = {"cat", "dog", "total     28   12    12     52"}},
};

class CasesTest : public ::testing::TestWithParam<Case> {};

TEST_P(CasesTest, IsRight) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const Case& row = GetParam();
  const TempDir dir;
  const CommandResult result =
      RunCommand("cd '" + dir.path().string() + "'; PATH='" + BinDir().string() + "':$PATH; CASES='" +
                 fs::absolute(data / "cases").string() + "'; " + row.commands);
  const std::string output = result.out + result.err;
  EXPECT_EQ(result.exit_code, row.exit_code) << output;
  for (const char* text : row.texts) EXPECT_NE(output.find(text), output.npos) << text << "\nis not in\n" << output;
  for (const char* text : row.absent) EXPECT_EQ(output.find(text), output.npos) << text << "\nis in\n" << output;
}

INSTANTIATE_TEST_SUITE_P(All, CasesTest, ::testing::ValuesIn(kCases), [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dataset
