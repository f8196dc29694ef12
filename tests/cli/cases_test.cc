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
    {.name = "C06List",
     .commands = "dsplit $CASES/06-nfc-nfd/list/list.csv -o splits",
     .texts = {"total     20    2     2     24",
               "paths that differ from their files in the way accents are encoded: 12, the first caf\xc3\xa9"
               "0.jpg (cafe\xcc\x81"
               "0.jpg)"}},
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
    // Prints the size of each PNG.
    {.name = "C08ExifTypes",
     .commands = "dsplit $CASES/08-exif-types/raw -o s --ratio 100,0,0 --min-per-class 1 --duplicates ignore && "
                 "dscompile s/manifest.csv -o d.ds --store raw && dsinspect extract d.ds -o x && cd x/train/a && "
                 "for f in *; do echo $f $(od -An -tu1 -j19 -N1 $f) x $(od -An -tu1 -j23 -N1 $f); done",
     .texts = {"byte.png 60 x 30", "count0.png 60 x 30", "count2.png 30 x 60", "long.png 30 x 60", "short.png 30 x 60",
               "short_be.png 30 x 60", "sshort.png 30 x 60", "two_ifd_xmpfirst.png 30 x 60", "xmponly.png 30 x 60"}},
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
     .texts = {"only the first frame or page is taken of 2 pictures with several, the first cat/a.png",
               "d.ds: written"}},
    {.name = "C11Base64",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/base64",
     .exit_code = 1,
     .texts = {"image/encoded is base64 text of a JPEG file, which no option reads"}},
    {.name = "C11BatchShape",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/batchshape --keys image=image,label=label,shape=shape",
     .texts = {"uint8 pixels", "records        12"}},
    {.name = "C11ByteLabel",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/bytelabel",
     .exit_code = 1,
     .texts = {"is no text but the bytes of an integer; no option reads it"}},
    {.name = "C11DigitLabel",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/digitlabel",
     .texts = {"classes      3", "records        12"}},
    {.name = "C11FloatLabel",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/floatlabel",
     .texts = {"classes      3", "records        12"}},
    {.name = "C11From1",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/from1",
     .texts = {"the smallest label is 1", "--label-base 1 says so", "cat             4"}},
    {.name = "C11From1Base",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/from1 --label-base 1",
     .texts = {"classes      3", "records        12"},
     .absent = {"warning"}},
    {.name = "C11Gif", .commands = "dsinspect $CASES/11-tfrecord-dialects/gif", .texts = {"image files"}},
    {.name = "C11ImageRawJpeg",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/image_raw_jpeg --keys "
                 "image=image_raw,label=label,height=height,width=width,channels=depth",
     .texts = {"image files", "records        12"}},
    {.name = "C11ImageRawPixels",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/image_raw_pixels --keys "
                 "image=image_raw,label=label,height=height,width=width,channels=depth",
     .texts = {"uint8 pixels", "records        12"}},
    {.name = "C11Int64Pixels",
     .commands =
         "dsinspect $CASES/11-tfrecord-dialects/int64pixels --keys image=image,label=label,height=height,width=width",
     .exit_code = 1,
     .texts = {"image is neither one byte string nor floats, but 784 integers, which no option reads"}},
    {.name = "C11Kaggle",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/kaggle --keys image=image,label=class",
     .texts = {"test is left out, because none of its 4 records has a label", "class      train     val",
               "records        8       4"}},
    {.name = "C11KaggleDecode",
     .commands = "dsinspect verify --decode $CASES/11-tfrecord-dialects/kaggle --keys image=image,label=class",
     .texts = {"none of the 4 records of test has a label", "16 records in 3 files", "all well"}},
    {.name = "C11Names",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/names",
     .texts = {"class      train     val", "records        8       4"}},
    {.name = "C11Names2",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/names2",
     .texts = {"class      train     val", "records        8       4"}},
    {.name = "C11Names3",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/names3",
     .exit_code = 1,
     .texts = {"train-no-test-leak.tfrecord: its name tells several splits: train, test; rename it"}},
    {.name = "C11OneEmptyRecord",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/oneemptyrec",
     .exit_code = 1,
     .texts = {"record 5 at byte 4393: lacks image/class/label, but has nothing"}},
    {.name = "C11OneEmptyRecordDecode",
     .commands = "dsinspect verify --decode $CASES/11-tfrecord-dialects/oneemptyrec > bad; cat bad; wc -l < bad",
     .texts = {"record 5 at byte 4393: lacks image/encoded, but has nothing", "\n1\n"}},
    {.name = "C11OneHot",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/onehot",
     .texts = {"classes      3", "records        12"}},
    {.name = "C11OneMissing",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/onemissing",
     .texts = {"records       12"}},
    {.name = "C11OneMissingDecode",
     .commands = "dsinspect verify --decode $CASES/11-tfrecord-dialects/onemissing > bad; cat bad; wc -l < bad",
     .texts = {"record 5 at byte 4393: lacks image/encoded, but has image/class/label", "\n1\n"}},
    {.name = "C11OneNoLabel",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/onenolabel",
     .exit_code = 1,
     .texts = {"record 5 at byte 4393: lacks image/class/label, but has image/encoded"}},
    {.name = "C11OneNoLabelDecode",
     .commands = "dsinspect verify --decode $CASES/11-tfrecord-dialects/onenolabel > bad; cat bad; wc -l < bad",
     .texts = {"record 5 at byte 4393: lacks image/class/label", "\n1\n"}},
    {.name = "C11OneTruncJpeg",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/onetruncjpeg",
     .texts = {"records       12"}},
    {.name = "C11OneTruncJpegDecode",
     .commands = "dsinspect verify --decode $CASES/11-tfrecord-dialects/onetruncjpeg > bad; cat bad; wc -l < bad",
     .texts = {"record 5 at byte 4393: JPEG: ", "\n1\n"}},
    {.name = "C11Rgba",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/rgba --keys "
                 "image=image_raw,label=label,height=height,width=width,channels=depth",
     .exit_code = 1,
     .texts = {"has a picture of 4 channels; pictures of 1 or 3 are read, and no option drops others"}},
    {.name = "C11Sequence",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/sequence --keys image=image,label=label",
     .exit_code = 1,
     .texts = {"lacks image, but has label and the feature lists of a SequenceExample, which no option"}},
    {.name = "C11SerializedFloat",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/serialized_float --keys "
                 "image=image,label=label,height=height,width=width",
     .exit_code = 1,
     .texts = {"image is a serialised tensor (float32, 28 x 28 x 1), which no option reads"}},
    {.name = "C11SerializedTensor",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/serialized_tensor --keys image=image,label=label",
     .exit_code = 1,
     .texts = {"image is a serialised tensor (uint8, 28 x 28 x 1), which no option reads"}},
    {.name = "C11ShapeBytes",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/shape_bytes --keys image=image,label=label,shape=shape",
     .exit_code = 1,
     .texts = {"shape is not two or three integers, but 24 bytes; write it so, or name sides with --keys"}},
    {.name = "C11SlimBackground",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/slimbg",
     .texts = {"the smallest label is 1, so class 0 (unused background) has no records", "--label-base 1"}},
    {.name = "C11SlimBackgroundBase",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/slimbg --label-base 1",
     .texts = {"classes      3", "cat             4"},
     .absent = {"warning"}},
    {.name = "C11Sparse",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/sparse | wc -l; dsinspect $CASES/11-tfrecord-dialects/sparse",
     .texts = {"\n(99997 classes without records)", "7                                      4",
               "only 3 of 100000 classes have records"},
     .absent = {"\n99998"}},
    {.name = "C11Tfds",
     .commands = "dsinspect $CASES/11-tfrecord-dialects/tfds --keys image=image,label=label",
     .texts = {"test is left out, because none of its 4 records has a label", "cat"}},
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

INSTANTIATE_TEST_SUITE_P(All, CasesTest, ::testing::ValuesIn(kCases), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace dataset
