// Reads the dialects of lists in cases/ of the test data with dsplit, and manifests that others saved with dscompile.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/catalog/manifest.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;
using testing::TempDir;
using testing::WriteFile;

constexpr int kRefused = 1;

// The labels of the pictures 0, 1, 2, ... of a list, over and over.
const std::vector<std::string> kCatsAndDogs = {"dog", "cat"};

struct ListCase {
  const char* list;                     // below cases/
  std::vector<const char*> texts = {};  // that stderr must have
  int exit_code = 0;
  const char* options = "";
  std::vector<std::string> labels = kCatsAndDogs;  // of the 24 pictures, if it is read

  friend void PrintTo(const ListCase& row, std::ostream* out) { *out << row.list; }
};

const ListCase kCases[] = {
    {"04-ids-without-extension/labels.csv", {"24 of 24 files do not exist", "/train has the first)"}, kRefused},
    {"04-ids-without-extension/labels.csv",
     {"labels in column \"breed\"", "read with the extension of their files: 24, the first"},
     0,
     "--root $CASES/04-ids-without-extension/train",
     {"boxer", "beagle"}},
    {"05-spreadsheet-csv/abs.csv", {"of another machine", "instead of /home/user/photos/: 24"}},
    {"05-spreadsheet-csv/backslash.csv", {"read with / instead of \\: 24"}},
    {"05-spreadsheet-csv/blank.csv", {"blanks around 24 labels are left out, the first in line 2"}},
    {"05-spreadsheet-csv/capital.csv", {"labels in column \"Label\""}},
    {"05-spreadsheet-csv/case.csv", {"Cat"}, kRefused},
    {"05-spreadsheet-csv/cp1252.csv", {"line 3: byte \\xe4 is not UTF-8; save it as UTF-8", "WINDOWS-1252"}, kRefused},
    {"05-spreadsheet-csv/cr.csv", {"24 samples"}},
    {"05-spreadsheet-csv/crlf-quoted.csv", {"24 samples"}},
    {"05-spreadsheet-csv/dupconf.csv",
     {"line 26: path \"img/cat0.jpg\" was there already in line 2, as dog and now as cat"},
     kRefused},
    {"05-spreadsheet-csv/duprow.csv",
     {"line 26: path \"img/cat0.jpg\" was there already in line 2; remove one"},
     kRefused},
    {"05-spreadsheet-csv/emptycols.csv", {"24 samples"}},
    {"05-spreadsheet-csv/missing1.csv",
     {"1 of 25 files do not exist", "img/gone.jpg (line 26)", "--on-missing skip"},
     kRefused},
    {"05-spreadsheet-csv/missing1.csv", {"left out (rejected.csv)"}, 0, "--on-missing skip"},
    {"05-spreadsheet-csv/multilabel.csv", {"\"cat dog\" in line 2"}, 0, "", {"cat dog", "dog", "cat"}},
    {"05-spreadsheet-csv/nan.csv", {"line 7: the label is empty; write the class, or remove the row"}, kRefused},
    {"05-spreadsheet-csv/othernames.csv", {"paths in column \"filename\", labels in column \"class\""}},
    {"05-spreadsheet-csv/othersplit.csv", {"column \"subset\" gives the splits"}},
    {"05-spreadsheet-csv/pandasindex.csv", {"column 1 has no name and is not used"}},
    {"05-spreadsheet-csv/semicolon.csv", {"UTF-8, separated by semicolons"}},
    {"05-spreadsheet-csv/space.txt", {"separated by blanks", "no header"}, 0, "", {"0", "1"}},
    {"05-spreadsheet-csv/splits.csv", {"column \"split\" gives the splits"}},
    {"05-spreadsheet-csv/tab.tsv", {"separated by tabs"}},
    {"05-spreadsheet-csv/trailing.csv", {"blanks around "}},
    {"05-spreadsheet-csv/utf16.csv", {"read as UTF-16 (little-endian), separated by commas"}},
    {"05-spreadsheet-csv/winabs.csv", {"instead of C:/Users/me/: 24", "read with / instead of \\: 24"}},
    {"23-csv-more/body", {"no header"}},
    {"23-csv-more/casepath.csv", {"in the case of letters: 24, the first IMG/cat0.jpg (img/cat0.jpg)"}},
    {"23-csv-more/comment.csv", {"1 comment"}},
    {"23-csv-more/dot.csv", {"24 samples"}},
    {"23-csv-more/dupcol.csv", {"line 1: column \"label\" comes twice; rename"}, kRefused},
    {"23-csv-more/floatlab.csv", {"labels such as 1.0 are read as whole numbers"}, 0, "", {"1", "2", "0"}},
    {"23-csv-more/gone.csv", {"3 of 27 files do not exist", "img/gone1.jpg (line 26)"}, kRefused},
    {"23-csv-more/gone.csv", {"3 of 27 files do not exist", "left out"}, 0, "--on-missing skip"},
    {"23-csv-more/hf.csv", {"paths in column \"file_name\""}},
    {"23-csv-more/onehot.csv", {"line 1: no column is known to hold the labels; --columns names"}, kRefused},
    {"23-csv-more/quotspace.csv", {"24 samples"}},
    {"23-csv-more/sepline.csv", {"separated by commas, 24 samples"}},
    {"23-csv-more/slashes.csv", {"24 samples"}},
    {"23-csv-more/sp.csv", {"column \"split\" gives the splits"}},
    {"23-csv-more/spacebefore.csv", {"read without the blanks at their ends: 24"}},
    {"23-csv-more/swapnohead.csv", {"line 1: the second field", "--columns label,path"}, kRefused},
    {"23-csv-more/swapnohead.csv", {"no header"}, 0, "--columns label,path"},
    {"23-csv-more/swapped.csv", {"paths in column \"file_name\""}},
    {"23-csv-more/updir.csv", {"24 samples"}},
    {"23-csv-more/url.csv", {"read from file: URLs: 24", "instead of /home/user/photos/data/23-csv-more/"}},
};

class SavedTablesTest : public ::testing::Test {
 protected:
  // Runs commands in an empty folder, where $CASES is the folder of inputs and PATH begins with the tools.
  CommandResult Run(const std::string& commands) {
    return RunCommand("cd '" + dir_.path().string() + "'; PATH='" + BinDir().string() + "':$PATH; CASES='" +
                      fs::absolute(*testing::TestData() / "cases").string() + "'; " + commands);
  }

  TempDir dir_;
};

class ListCasesTest : public SavedTablesTest, public ::testing::WithParamInterface<ListCase> {};

TEST_P(ListCasesTest, IsReadOrRefusedWithTheCure) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const ListCase& row = GetParam();
  const CommandResult result = Run("dsplit $CASES/" + std::string(row.list) + " -o splits " + row.options);
  EXPECT_EQ(result.exit_code, row.exit_code) << result.err;
  for (const char* text : row.texts) EXPECT_NE(result.err.find(text), std::string::npos) << text << "\n" << result.err;
  if (row.exit_code != 0) return;
  const Manifest manifest = LoadManifest(dir_ / "splits/manifest.csv");
  EXPECT_EQ(manifest.entries.size(), 24u);
  const bool ids = std::string(row.list).starts_with("04");
  for (const ManifestEntry& entry : manifest.entries) {
    const size_t digits = entry.path.find_first_of("0123456789");
    const auto number = static_cast<size_t>(std::stoul(entry.path.substr(digits), nullptr, ids ? 16 : 10));
    EXPECT_EQ(entry.label, row.labels[number % row.labels.size()]) << entry.path;
  }
}

std::string NameOfCase(const ::testing::TestParamInfo<ListCase>& info) {
  std::string name = fs::path(info.param.list).filename().string() + (*info.param.options != '\0' ? "_options" : "");
  for (char& c : name) {
    if (c == '.' || c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ListCasesTest, ::testing::ValuesIn(kCases), NameOfCase);

TEST_F(SavedTablesTest, JsonLinesAreRead) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const CommandResult result =
      Run("dsplit $CASES/23-csv-more/lines.jsonl -o splits --ratio 1,0 --min-per-class 1 && cat splits/manifest.csv");
  EXPECT_NE(result.err.find("read as JSON Lines, 2 samples"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("img/cat0.jpg,a,train\nimg/cat1.jpg,b,train\n"), std::string::npos) << result.out;
}

// What spreadsheets and pandas make of a manifest, each as a filter; the dataset stays the same.
TEST_F(SavedTablesTest, ManifestsAreReadOrRefused) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  ASSERT_EQ(Run("dsplit $CASES/19-edited-manifest/raw -o s && dscompile s/manifest.csv -o plain.ds").exit_code, 0);
  for (const char* filter : {"sed 's/,/;/g; s/$/\\r/'", "tr , '\\t' | iconv -t UTF-16", "tr '\\n' '\\r'",
                             "sed 's/$/,,/; $a ,,,,'", "awk '{print (NR == 1 ? \"\" : NR - 2) \",\" $0}'",
                             "sed '1s/.*/Path,Label,Split/; 2,$s/train/Train/'", "sed '1i # by hand' | sed '3i \\ '"}) {
    const CommandResult result =
        Run("rm -rf t t.ds; cp -r s t; (" + std::string(filter) +
            ") <s/manifest.csv >t/manifest.csv && dscompile t/manifest.csv -o t.ds && "
            "cmp t.ds/raw-train.tfrecord-00000-of-00001 plain.ds/raw-train.tfrecord-00000-of-00001");
    EXPECT_EQ(result.exit_code, 0) << filter << "\n" << result.err << result.out;
  }
  for (const auto& [filter, cause] : std::map<std::string, std::string>{
           {"sed '4s/,benign/,BENIGN/'", "line 4: label \"BENIGN\" is not in classes.txt; add it there, or undo"},
           {"sed '4s/,.*//'", "line 4: 1 field instead of 3"},
           {"sed '4s/$/,note/'",
            "line 4: 4 fields instead of 3; a field that has the delimiter in it must be in quotes"},
           {"sed '1s/$/,note/; 2,$s/$/,x/'", "line 1: unknown column \"note\"; remove it"},
           {"gzip", "is compressed by gzip; unpack it first"}}) {
    const CommandResult result = Run("rm -rf t t.ds; cp -r s t; (" + filter +
                                     ") <s/manifest.csv >t/manifest.csv; dscompile t/manifest.csv -o t.ds");
    EXPECT_EQ(result.exit_code, kRefused) << filter;
    EXPECT_NE(result.err.find(cause), std::string::npos) << filter << "\n" << result.err;
  }
}

}  // namespace
}  // namespace dataset
