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
    {.name = "C09Raw",
     .commands =
         "dsplit $CASES/09-twelve-bits/raw -o splits; dscompile splits/manifest.csv -o out.ds; dsinspect out.ds",
     .texts = {"24 pictures have more than 8 bits a channel, with values of ", ": of 12 bits the high 8 are taken",
               "0 to 4096 became 0 to 255"}},
    {.name = "C09Low",
     .commands =
         "dsplit $CASES/09-twelve-bits/low -o splits; dscompile splits/manifest.csv -o out.ds; dsinspect out.ds",
     .texts = {": the low 8 bits are taken", "0 to 256 became 0 to 255"}},
    {.name = "C09Tiff",
     .commands =
         "dsplit $CASES/09-twelve-bits/tiff -o splits; dscompile splits/manifest.csv -o out.ds; dsinspect out.ds",
     .texts = {": of 12 bits the high 8 are taken", "0 to 4096 became 0 to 255"}},
    {.name = "C09Float",
     .commands = "dsplit $CASES/09-twelve-bits/float -o splits; dscompile splits/manifest.csv -o out.ds; dsinspect "
                 "verify out.ds --decode",
     .texts = {"24 pictures have more than 8 bits a channel", "24 records in 3 files"},
     .absent = {"rejected:", "damaged"}},
    {.name = "C12NoPalette",
     .commands = "dsplit $CASES/12-png-oddities/raw -o splits; cat splits/rejected.csv; dscompile splits/manifest.csv "
                 "-o out.ds --check header; "
                 "dsinspect verify out.ds --decode",
     .exit_code = 1,
     .texts = {"cat/noplte.png: PNG: ", "cat/noiend.png,PNG: no IEND"}},
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
    {.name = "C21Decode",
     .commands =
         "dsplit $CASES/21-jpeg-oddities/raw -o splits; dscompile splits/manifest.csv -o out.ds --check header; "
         "dsinspect verify out.ds --decode > bad; grep -c JPEG: bad; cat bad",
     .texts = {"\n5\n", "a/crlf.jpg: JPEG: ", "a/cut_tail_eoi.jpg: JPEG: ", "a/height_lie.jpg: JPEG: ",
               "a/prog_cut_eoi.jpg: JPEG: ", "a/zeros_tail_eoi.jpg: JPEG: "}},
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

INSTANTIATE_TEST_SUITE_P(All, CasesTest, ::testing::ValuesIn(kCases), [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace dataset
