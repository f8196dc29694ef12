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
     .texts = {"cat", "dog", "total     28   12    12     52", "splits: test as test, train as train, valid as val"}},
    {.name = "C01Caps",
     .commands = "dsplit $CASES/01-roboflow-valid/caps -o splits",
     .texts = {"total     28   12    12     52", "splits: Test as test, Train as train, Val as val"}},
    {.name = "C01Ing",
     .commands = "dsplit $CASES/01-roboflow-valid/ing -o splits",
     .texts = {"total     28   12    12     52", "testing as test, training as train, validation as val"}},
    {.name = "C01Macosx",
     .commands = "dsplit $CASES/01-roboflow-valid/macosx -o splits",
     .texts = {"total     28   12    12     52", "1 folder of a system, the first __MACOSX/"}},
    {.name = "C01Extra",
     .commands = "dsplit $CASES/01-roboflow-valid/extra -o splits",
     .exit_code = 1,
     .texts = {"has runs beside the splits test, train, val; ", "--exclude", "--split-folders none"}},
    {.name = "C01ExtraExcluded",
     .commands = "dsplit $CASES/01-roboflow-valid/extra -o splits --exclude runs",
     .texts = {"total     28   12    12     52", "1 excluded, the first runs/"}},
    {.name = "C01Flattest",
     .commands = "dsplit $CASES/01-roboflow-valid/flattest -o splits",
     .texts = {"6 images left out, because no class folder holds it, the first test/0.jpg", "total     28   12     40"},
     .absent = {"class test"}},
    {.name = "C02Raw",
     .commands = "dsplit $CASES/02-camera-raw/raw -o splits",
     .texts = {"total     20    2     2     24", "skipped: 6 camera raw, the first cat/DSC_0000.NEF",
               "skipped: 12 backup, the first cat/DSC_0000.JPG_original"},
     .absent = {"no JPEG of the same name"}},
    {.name = "C02Suffix",
     .commands = "dsplit $CASES/02-camera-raw/suffix -o splits; cat splits/skipped.csv",
     .texts = {"total     20    2     2     24", "a/x.THM,thumbnail", "a/x.crdownload,unfinished download",
               "a/x.jpg.bak,backup", "a/x.jpg.part,unfinished download", "a/x.jpg_original,backup", "a/x.jpg~,backup",
               "a/x.txt,no picture", "a/x.xmp,no picture"}},
    {.name = "C03Raw",
     .commands = "dsplit $CASES/03-nas-thumbnails/raw -o splits",
     .texts = {"total     20    2     2     24", "skipped: 2 folder of a system, the first cat/@eaDir/"}},
    {.name = "C03Raw2",
     .commands = "dsplit $CASES/03-nas-thumbnails/raw2 -o splits",
     .texts = {"total     20    2     2     24"}},
    {.name = "C06Raw",
     .commands = "dsplit $CASES/06-nfc-nfd/raw -o splits",
     .exit_code = 1,
     .texts =
         {"\"cafe\xcc\x81\" (cafe\xcc\x81/000.jpg) and \"caf\xc3\xa9\" (caf\xc3\xa9/000.jpg) differ at most in case"}},
    {.name = "C06Case",
     .commands = "dsplit $CASES/06-nfc-nfd/case -o splits",
     .exit_code = 1,
     .texts = {"\"Cat\" (Cat/000.jpg) and \"cat\" (cat/000.jpg) differ at most in case"}},
    {.name = "C06CaseExcluded",
     .commands = "dsplit $CASES/06-nfc-nfd/case -o splits --exclude Cat --exclude 'dog '",
     .texts = {"total     20    2     2     24"}},
    {.name = "C07Raw",
     .commands =
         "dsplit $CASES/07-numeric-classes/raw -o splits && dscompile splits/manifest.csv -o n.ds --no-fsync && "
         "dsinspect cat n.ds --split train --record 0; cat n.ds/classes.txt | tr '\\n' ' '",
     .texts = {"class 0 has label 0, class 11 has label 11", "0 1 2 3 4 5 6 7 8 9 10 11 "}},
    {.name = "C07List",
     .commands = "dsplit $CASES/07-numeric-classes/list.csv -o splits; cat splits/classes.txt | tr '\\n' ' '",
     .texts = {"class 0 has label 0, class 11 has label 11", "0 1 2 3 4 5 6 7 8 9 10 11 "}},
    {.name = "C07ListJson",
     .commands = "dsplit $CASES/07-numeric-classes/list.json -o splits; cat splits/classes.txt | tr '\\n' ' '",
     .texts = {"class 0 has label 0, class 11 has label 11", "0 1 2 3 4 5 6 7 8 9 10 11 "}},
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
    {.name = "C17Levels",
     .commands = "dsplit $CASES/17-nested/levels -o splits",
     .texts = {"cat", "dog", "total     32    4     4     40"}},
    {.name = "C17Petimages",
     .commands = "dsplit $CASES/17-nested/petimages -o splits",
     .texts = {"there is one class only, PetImages"}},
    {.name = "C17Xray",
     .commands = "dsplit $CASES/17-nested/xray -o splits",
     .texts = {"one class only, chest", "if chest is no class, give that folder instead of the one above it"}},
    {.name = "C17Xray2",
     .commands = "dsplit $CASES/17-nested/xray2 -o splits",
     .exit_code = 1,
     .texts = {"has chest beside the splits test, train, val; "}},
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

INSTANTIATE_TEST_SUITE_P(All, CasesTest, ::testing::ValuesIn(kCases), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace dataset
