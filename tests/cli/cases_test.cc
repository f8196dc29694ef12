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
    // Prints the size of each PNG.
    {.name = "C08ExifTypes",
     .commands = "dsplit $CASES/08-exif-types/raw -o s --ratio 100,0,0 --min-per-class 1 --duplicates ignore && "
                 "dscompile s/manifest.csv -o d.ds --store raw && dsinspect extract d.ds -o x && cd x/train/a && "
                 "for f in *; do echo $f $(od -An -tu1 -j19 -N1 $f) x $(od -An -tu1 -j23 -N1 $f); done",
     .texts = {"byte.png 60 x 30", "count0.png 60 x 30", "count2.png 30 x 60", "long.png 30 x 60", "short.png 30 x 60",
               "short_be.png 30 x 60", "sshort.png 30 x 60", "two_ifd_xmpfirst.png 30 x 60", "xmponly.png 30 x 60"}},
    // The HEIC and AVIF files are noise behind a good beginning.
    {.name = "C10PhoneFormats",
     .commands = "dsplit $CASES/10-phone-formats/raw -o s && dscompile s/manifest.csv -o d.ds --store raw; "
                 "grep -c 'HEIC: the file is cut off' s/rejected.csv; grep -c AVIF s/rejected.csv",
     .texts = {"92 damaged files left out, the first cat/IMG_0100.HEIC: HEIC: the file is cut off (rejected.csv)",
               "total     28    4     4     36", "d.ds: written", "80\n12\n"}},
    {.name = "C10OnlyHeicInAClass",
     .commands = "dsplit $CASES/10-phone-formats/heiconly -o s",
     .exit_code = 1,
     .texts = {"class dog has 0 images", "; 12 of its files are left out, the first dog/IMG_0000.HEIC: HEIC: "}},
    {.name = "C10Animations",
     .commands = "dsplit $CASES/10-phone-formats/anim -o s && dscompile s/manifest.csv -o d.ds --store raw",
     .texts = {"only the first frame is taken of 2 animated pictures, the first cat/a.png", "d.ds: written"}},
    {.name = "C12PngOddities",
     .commands = "dsplit $CASES/12-png-oddities/raw -o s && dscompile s/manifest.csv -o d.ds --store raw --max-bad 1; "
                 "cat s/rejected.csv d.ds/rejected.csv",
     .texts = {"cat/noplte.png,PNG: no PLTE chunk", "cat/noiend.png,", "cat/cgbi.png,", "d.ds: written"},
     .absent = {"bigtext", "extra_", "farback", "palette_overrun", "text_after"}},
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

INSTANTIATE_TEST_SUITE_P(All, CasesTest, ::testing::ValuesIn(kCases), [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace dataset
