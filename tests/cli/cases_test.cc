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
    {.name = "C13Placeholders",
     .commands = "dsplit $CASES/13-placeholders/raw -o splits && wc -l <splits/rejected.csv",
     .texts = {"1 placeholder, one picture in three or more classes: cat/100.jpg, 15 files in 3 of 3 classes; "
               "--duplicates drop-conflicts",
               "15 damaged files left out, the first cat/200.jpg", "total     60    9     6     75", "16\n"},
     .absent = {"label conflict"}},
    {.name = "C13PlaceholdersDropped",
     .commands = "dsplit $CASES/13-placeholders/raw -o splits --duplicates drop-conflicts",
     .texts = {"14 duplicates, 15 pictures dropped (duplicates.csv)", "total     48    6     6     60"}},
    {.name = "C15NoMatch",
     .commands = "dsplit $CASES/15-group-regex/raw -o splits --group-by 'regex:^(\\d+)_'; test ! -e splits && exit 9",
     .exit_code = 9,
     .texts = {"error: ",
               "--group-by regex:^(\\d+)_ groups nothing: it gives none of 64 images a group, the first "
               "benign/patient000_0.png"}},
    {.name = "C15Match",
     .commands = "dsplit $CASES/15-group-regex/raw -o splits --group-by 'regex:^patient(\\d+)_' --strict-groups &&"
                 "cut -d, -f4,3 splits/manifest.csv | sort -u | wc -l",
     .texts = {"benign ", "malignant ", "total         48    8     8     64", "\n17\n"},
     .absent = {"warning: leak"}},
    {.name = "C15Parent",
     .commands = "dsplit $CASES/15-group-regex/raw -o splits --group-by parent",
     .exit_code = 1,
     .texts = {"each class is one group, so none can lie in two splits: 64 images make 2 groups"}},
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
