// Tests what a person sees of dsplit.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "dataset/catalog/split_info.h"
#include "dataset/codec/encoder.h"
#include "dataset/io/file.h"
#include "dataset/io/file_lock.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;
using testing::TempDir;
using testing::TinyPng;
using testing::WriteFile;

class DsplitTest : public ::testing::Test {
 protected:
  void AddImages(const std::string& folder, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string path = "raw/" + folder + "/" + std::to_string(i);
      WriteFile(dir_ / path, TinyPng(path));
    }
  }
  CommandResult Run(const std::string& arguments) {
    return RunCommand("cd '" + dir_.path().string() + "' && '" + (BinDir() / "dsplit").string() + "' " + arguments);
  }

  TempDir dir_;
};

TEST_F(DsplitTest, PrintsTheCountsOfEachClassAndSplit) {
  AddImages("daisy", 105);
  AddImages("gänseblümchen", 200);
  const CommandResult result = Run("raw -o splits --ratio 60,20,20 --seed 1");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "class          train  val  test  total\n"
            "daisy             63   21    21    105  ████████▓▓▓░░\n"
            "gänseblümchen    120   40    40    200  ██████████████▓▓▓▓▓░░░░░\n"
            "total            183   61    61    305\n");
  EXPECT_NE(result.err.find("splits: written\n"), std::string::npos) << result.err;
  EXPECT_EQ(result.err.find("warning"), std::string::npos) << result.err;
  for (const char* name : {"manifest.csv", "classes.txt", "config.toml", "split.json"}) {
    EXPECT_TRUE(fs::exists(dir_ / "splits" / name)) << name;
  }
}

TEST_F(DsplitTest, LeavesOutColumnsOfSplitsWithoutImages) {
  AddImages("a", 100);
  AddImages("b", 100);
  EXPECT_EQ(Run("raw -o splits --ratio 80,20").out,
            "class  train  val  total\n"
            "a         80   20    100  ███████████████████▓▓▓▓▓\n"
            "b         80   20    100  ███████████████████▓▓▓▓▓\n"
            "total    160   40    200\n");
}

TEST_F(DsplitTest, TheSameAgainIsUnchanged) {
  AddImages("a", 10);
  const CommandResult first = Run("raw -o splits --seed 1");
  const CommandResult second = Run("raw -o splits --seed 1");
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(second.out, first.out);
  EXPECT_NE(second.err.find("splits: unchanged\n"), std::string::npos) << second.err;
}

TEST_F(DsplitTest, AnotherSplitNeedsOverwrite) {
  AddImages("a", 10);
  ASSERT_EQ(Run("raw -o splits --seed 1").exit_code, 0);
  const CommandResult refused = Run("raw -o splits --seed 2");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_NE(refused.err.find(
                "dsplit: error: splits: holds another split (--seed is 1 there and 2 here); --overwrite replaces it"),
            std::string::npos)
      << refused.err;
  EXPECT_EQ(Run("raw -o splits --seed 2 --overwrite").exit_code, 0);
}

TEST_F(DsplitTest, TheListStaysWhatItIs) {
  AddImages("a", 10);
  std::string list = "path,label\n";
  for (int i = 0; i < 10; ++i) list += "a/" + std::to_string(i) + ",a\n";
  WriteFile(dir_ / "out/manifest.csv", list);
  const CommandResult result = Run("out/manifest.csv --root raw -o out --overwrite");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("dsplit: error: the list out/manifest.csv is where the output's manifest.csv would be; "
                            "choose another output folder\n"),
            std::string::npos)
      << result.err;
  EXPECT_EQ(ReadFile(dir_ / "out/manifest.csv"), list);
  EXPECT_EQ(Run("out/manifest.csv --root raw -o other").exit_code, 0);
}

TEST_F(DsplitTest, TheSecondOfTwoEndsWithOne) {
  AddImages("a", 10);
  fs::create_directories(dir_ / "splits");
  {
    const FileLock lock(dir_ / "splits/.dsplit.lock", "splits");
    const CommandResult result = Run("raw -o splits");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("dsplit: error: splits: is in use by process " + std::to_string(getpid()) +
                              "; wait for its end, or stop it\n"),
              std::string::npos)
        << result.err;
  }
  EXPECT_EQ(Run("raw -o splits").exit_code, 0);
  EXPECT_FALSE(fs::exists(dir_ / "splits/.dsplit.lock"));
}

TEST_F(DsplitTest, ItsConfigCanBeFedBack) {
  AddImages("a", 10);
  ASSERT_EQ(Run("raw -o splits --ratio 50,30,20 --seed 5").exit_code, 0);
  const CommandResult result = Run("--config splits/config.toml -o again");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* name : {"manifest.csv", "classes.txt", "config.toml", "split.json"}) {
    EXPECT_EQ(ReadFile(dir_ / "again" / name), ReadFile(dir_ / "splits" / name)) << name;
  }
}

TEST_F(DsplitTest, ItsConfigOfReadyMadeSplitsCanBeFedBack) {
  AddImages("train/a", 10);
  AddImages("test/a", 10);
  ASSERT_EQ(Run("raw -o splits --val-fraction 0.2").exit_code, 0);
  const CommandResult result = Run("--config splits/config.toml -o splits");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "class  train  val  test  total\n"
            "a          8    2    10     20  ██████████▓▓░░░░░░░░░░░░\n"
            "total      8    2    10     20\n");
}

TEST_F(DsplitTest, SaysWhatItSkippedBelowTheTable) {
  AddImages("a", 10);
  WriteFile(dir_ / "raw/a/.DS_Store", "x");
  WriteFile(dir_ / "raw/a/notes.txt", "x");
  WriteFile(dir_ / "raw/a/order.pdf", "x");
  const CommandResult result = Run("raw -o splits");
  EXPECT_NE(result.out.find("\nskipped: 1 hidden, the first a/.DS_Store\n"
                            "skipped: 2 no picture, the first a/notes.txt\n"),
            std::string::npos)
      << result.out;
  EXPECT_NE(result.err.find("dsplit: warning: 1 of 1 classes with fewer than 100 images"), std::string::npos)
      << result.err;
}

TEST_F(DsplitTest, PatternsCanBeRepeatedAndFedBack) {
  AddImages("a", 10);
  AddImages("b", 10);
  AddImages("c", 10);
  const CommandResult result = Run("--exclude b --exclude '[c]' raw -o splits");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("skipped: 2 excluded, the first b/\n"), std::string::npos) << result.out;
  const CommandResult again = Run("--config splits/config.toml -o splits");
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, result.out);
  EXPECT_NE(again.err.find("splits: unchanged"), std::string::npos) << again.err;
  EXPECT_NE(Run("raw -o splits").err.find("(--exclude is b,[c] there and absent here)"), std::string::npos);
}

TEST_F(DsplitTest, ClassOrderIsAWordOrAFile) {
  for (const char* name : {"1", "2", "10"}) AddImages(name, 6);
  const auto classes = [&](const std::string& flags) {
    const CommandResult result = Run("raw -o splits --overwrite" + flags);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return ReadFile(dir_ / "splits/classes.txt");
  };
  EXPECT_EQ(classes(""), "1\n2\n10\n");
  EXPECT_EQ(classes(" --class-order bytewise"), "1\n10\n2\n");
  EXPECT_EQ(classes(" --class-order natural"), "1\n2\n10\n");
  WriteFile(dir_ / "order.txt", "10\n2\n1\n");
  EXPECT_EQ(classes(" --class-order order.txt"), "10\n2\n1\n");
  const CommandResult missing = Run("raw -o splits --overwrite --class-order naturl");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_NE(missing.err.find("naturl: cannot open"), std::string::npos) << missing.err;
}

TEST_F(DsplitTest, RefusesAClassThatIsTooSmall) {
  AddImages("daisy", 10);
  AddImages("rose", 2);
  const CommandResult result = Run("raw -o splits --ratio 60,20,20");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("class rose has 2 images, but --ratio 60,20,20 needs 6, 2 for each part"),
            std::string::npos)
      << result.err;
  EXPECT_FALSE(fs::exists(dir_ / "splits"));
}

TEST_F(DsplitTest, WrongUsageEndsWithTwo) {
  AddImages("train/a", 10);
  const struct {
    const char* arguments;
    const char* message;
  } cases[] = {
      {"raw", ""},
      {"-o splits", ""},
      {"raw -o splits --ratio 60,20,20",
       "--ratio does not apply: raw is split already into train, val, test; leave it out (--val-fraction makes val "
       "from train)\n"},
      {"raw -o splits --ratio", "--ratio"},
      {"raw -o splits --ratio a,b", "--ratio: 'a,b' is not"},
      {"raw -o splits --ratio 60",
       "--ratio 60: it must be two numbers (train, val) or three (train, val, test), such as 60,20,20\n"},
      {"raw -o splits --ratio 60,-20", "--ratio 60,-20: -20 must be 0 to 1e9\n"},
      {"raw -o splits --ratio 0,0", "--ratio 0,0: one of them must be above 0\n"},
      {"raw -o splits --seed -1", "--seed"},
      {"raw -o splits --seed x", "--seed"},
      {"raw -o splits --val-fraction 2", "--val-fraction 2: it must be between 0 and 1\n"},
      {"raw -o splits --val-fraction x", "--val-fraction"},
      {"raw more -o splits", "more"},
      {"raw -o raw/splits", "the output folder raw/splits lies within the raw folder "},
      {"raw -o splits --sede 1", "--seed"},
      {"raw -o splits --fixed 1.5,2", "--fixed"},
      {"raw -o splits --fixed x", "--fixed"},
      {"raw -o splits --fixed 5",
       "--fixed must be two numbers (val, test) or three (train, val, test), such as 100,100\n"},
      {"raw -o splits --fixed 5,5 --kfold 5",
       "--fixed and --kfold exclude each other: both say how many images a split gets\n"},
      {"raw -o splits --kfold 1", "--kfold 1: it must be 0 or 2 to 1000\n"},
      {"raw -o splits --kfold 5 --val-fraction 0.1",
       "--kfold and --val-fraction exclude each other: the folds take val's place\n"},
      {"raw -o splits --kfold 5 --ratio 80,20",
       "--kfold needs a --ratio of the form TRAIN,0,TEST, such as 80,0,20: the folds take val's place\n"},
      {"raw -o splits --min-per-class 0", "dsplit: error: --min-per-class 0: it must be at least 1\n"},
      {"raw -o splits --balance up", "--balance"},
      {"raw -o splits --assign hsah", "--assign"},
      {"raw -o splits --group-by 'regex:('", "--group-by regex '(': "},
      {"raw -o splits --group-by patient", "--group-by 'patient': it must be parent, regex:R or column:C\n"},
      {"raw -o splits --strict-groups", "--strict-groups needs --group-by, which says what a group is\n"},
      {"raw -o splits --group-by column:patient", "--group-by column:C is for a list, but raw is a folder\n"},
      {"raw -o splits --label-regex x", "--label-regex 'x': it must have a group in parentheses, as '^(\\d+)_' has\n"},
      {"raw -o splits --check half", "--check"},
      {"raw -o splits --sample 2", "--sample 2: it must be between 0 and 1\n"},
      {"raw -o splits --near-duplicates 17", "--near-duplicates 17: it must be at most 16 of 64 bits\n"},
      {"raw -o splits --near-duplicates 4 --assign hash", "--near-duplicates and --assign hash exclude each other: "},
      {"raw -o splits --jobs 0", "--jobs 0: it must be 1 to 1024\n"},
      {"raw -o splits --materialize move", "--materialize"},
      {"raw -o splits --materialize copy --balance oversample",
       "--balance oversample and --materialize exclude each other"},
      {"raw -o splits --root .", "--root is for a list, but raw is a folder\n"},
      {"raw -o splits --columns path,label", "--columns is for a list, but raw is a folder\n"},
      {"raw -o splits --json-key images", "--json-key is for a list, but raw is a folder\n"},
  };
  for (const auto& [arguments, message] : cases) {
    const CommandResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments << "\n" << result.err;
    EXPECT_NE(result.err.find("dsplit: error: "), std::string::npos) << result.err;
    EXPECT_NE(result.err.find(message), std::string::npos) << arguments << "\n" << result.err;
  }
  EXPECT_FALSE(fs::exists(dir_ / "splits"));
}

TEST_F(DsplitTest, AMissingFolderIsNamed) {
  const CommandResult result = Run("gone -o splits");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "dsplit: error: gone: cannot read the folder: No such file or directory\n");
}

// The command lines use sources and outputs of other tools.
TEST_F(DsplitTest, TheWrittenCommandLinesWork) {
  std::string list;
  for (int i = 0; i < 60; ++i) {
    const std::string path =
        std::string("raw/") + (i % 2 == 0 ? "a/" : "b/") + std::to_string(i / 4) + "_" + std::to_string(i) + ".png";
    std::string bytes;
    EncodePng(testing::MakePicture(40, 50, 3, static_cast<uint32_t>(i)), &bytes);
    WriteFile(dir_ / path, bytes);
    list += path.substr(4) + "," + path[4] + "\n";
  }
  WriteFile(dir_ / "LIST.csv", list);
  for (const char* arguments : {"raw -o 1 --ratio auto --group-by 'regex:^(\\d+)_' --near-duplicates 4 --seed 7",
                                "LIST.csv --root raw -o 2 --ratio 80,10,10 --samples-json", "raw -o 3 --kfold 5",
                                "raw -o 4 --ratio 60,20,20 --materialize hardlink"}) {
    const CommandResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << arguments << "\n" << result.err;
  }
  for (const char* name : {"train_samples.json", "class_mapping.json", "invalid_image_files.json"}) {
    EXPECT_TRUE(fs::exists(dir_ / "2" / name)) << name;
  }
  EXPECT_TRUE(ReadFile(dir_ / "3/manifest.csv").starts_with("path,label,split,fold\n"));
  EXPECT_TRUE(fs::is_directory(dir_ / "4/val/b"));
  // Each resolved config gives the same result again.
  for (const char* folder : {"1", "2", "3", "4"}) {
    const CommandResult result = Run(std::string("--config ") + folder + "/config.toml -o " + folder);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.err.find(": unchanged\n"), std::string::npos) << result.err;
  }
}

TEST_F(DsplitTest, SaysWhatItKeptTogetherOrDropped) {
  AddImages("a", 10);
  fs::copy_file(dir_ / "raw/a/3", dir_ / "raw/a/copy");
  EXPECT_NE(Run("raw -o 1").err.find("1 duplicate, kept in one split (duplicates.csv)\n"), std::string::npos);
  EXPECT_NE(Run("raw -o 2 --duplicates drop").err.find("1 duplicate, 1 picture dropped (duplicates.csv)\n"),
            std::string::npos);
  EXPECT_EQ(ReadFile(dir_ / "1/duplicates.csv"), "path,kind,same_as,distance,conflict\na/copy,same,a/3,0,no\n");
  EXPECT_FALSE(Run("raw -o 3 --duplicates ignore").err.find("duplicate") != std::string::npos);
  EXPECT_FALSE(fs::exists(dir_ / "3/duplicates.csv"));
}

TEST_F(DsplitTest, SaysBelowTheTableWhatWasDroppedAndWhy) {
  const auto add = [&](const std::string& path, uint32_t seed, int quality) {
    std::string jpeg;
    EncodeJpeg(testing::MakePicture(120, 160, 3, seed), quality, &jpeg);
    WriteFile(dir_ / "raw" / path, jpeg);
  };
  for (uint32_t i = 0; i < 10; ++i) {
    add("a/" + std::to_string(i) + ".jpg", i, 90);
    add("b/" + std::to_string(i) + ".jpg", 200 + i, 90);
  }
  add("a/copy.jpg", 3, 90);
  add("a/like.jpg", 3, 60);
  add("b/of a.jpg", 4, 90);
  const CommandResult result = Run("raw -o splits --duplicates drop-conflicts --near-duplicates 4");
  EXPECT_NE(result.out.find("\ndropped: 1 of equal bytes, the first a/copy.jpg\n"
                            "dropped: 2 of equal bytes in several classes, the first a/4.jpg\n"),
            std::string::npos)
      << result.out;
  EXPECT_NE(
      result.err.find("3 duplicates (2 of equal bytes, 1 alike), 3 pictures dropped, of the others none in several "
                      "splits (duplicates.csv)\n"),
      std::string::npos)
      << result.err;
  EXPECT_NE(ReadFile(dir_ / "splits/manifest.csv").find("a/like.jpg"), std::string::npos);
}

TEST_F(DsplitTest, SaysThatDuplicatesOfReadyMadeSplitsStayWhereTheyAre) {
  for (const char* split : {"train/a", "val/a", "test/a"}) AddImages(split, 10);
  fs::copy_file(dir_ / "raw/train/a/3", dir_ / "raw/train/a/copy");
  const std::string within = Run("raw -o 1").err;
  EXPECT_NE(within.find("1 duplicate, none in several splits (duplicates.csv)\n"), std::string::npos) << within;
  fs::copy_file(dir_ / "raw/train/a/3", dir_ / "raw/test/a/copy");
  const std::string torn = Run("raw -o 2").err;
  EXPECT_NE(torn.find("2 duplicates, 1 picture in several splits (duplicates.csv)\n"), std::string::npos) << torn;
  EXPECT_NE(torn.find("warning: leak: 1 group in several splits"), std::string::npos) << torn;
  EXPECT_EQ(torn.find("kept in one split"), std::string::npos) << torn;
}

TEST_F(DsplitTest, SaysWhatHappenedToDuplicatesThatAreNotDropped) {
  AddImages("a", 20);
  AddImages("b", 20);
  fs::copy_file(dir_ / "raw/a/3", dir_ / "raw/a/copy");
  fs::copy_file(dir_ / "raw/a/4", dir_ / "raw/b/copy");
  const std::string dropped = Run("raw -o 1 --duplicates drop").err;
  EXPECT_NE(dropped.find("2 duplicates, 1 picture dropped, of the others none in several splits (duplicates.csv)\n"),
            std::string::npos)
      << dropped;
  EXPECT_NE(dropped.find("; --duplicates drop-conflicts leaves such pictures out (duplicates.csv)\n"),
            std::string::npos)
      << dropped;
  const std::string all = Run("raw -o 2 --duplicates drop-conflicts").err;
  EXPECT_NE(all.find("2 duplicates, 3 pictures dropped (duplicates.csv)\n"), std::string::npos) << all;
  // A hash of the group's name deals a group, wherever its pictures' copies lie.
  for (int i = 0; i < 20; ++i) fs::copy_file(dir_ / "raw/a/5", dir_ / ("raw/b/5" + std::to_string(i)));
  const std::string hashed = Run("raw -o 3 --assign hash --group-by 'regex:^(.*)$'").err;
  EXPECT_NE(hashed.find(" in several splits (duplicates.csv)\n"), std::string::npos) << hashed;
  EXPECT_EQ(hashed.find("kept in one split"), std::string::npos) << hashed;
}

TEST_F(DsplitTest, ATableHasEachSplitThatWasAskedFor) {
  for (const char* label : {"a", "b", "c"}) AddImages(label, 1);
  const CommandResult result = Run("raw -o splits --min-per-class 1");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("class  train  val  test  total\na          1    0     0      1 ")) << result.out;
  EXPECT_NE(result.err.find("warning: there are no images in test, though --ratio 80,10,10 asks for some; each class "
                            "is too small for it\n"),
            std::string::npos)
      << result.err;
}

TEST_F(DsplitTest, RefusesGroupsThatAreNone) {
  AddImages("a", 10);
  AddImages("b", 10);
  const CommandResult none = Run("raw -o splits --group-by 'regex:(x)'");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("error: raw: --group-by regex:(x) groups nothing: it gives none of 20 images a group"),
            std::string::npos)
      << none.err;
  const CommandResult strict = Run("raw -o splits --group-by 'regex:^([1-9])' --strict-groups");
  EXPECT_EQ(strict.exit_code, 1);
  EXPECT_NE(strict.err.find("gives 2 of 20 images no group, the first a/0"), std::string::npos) << strict.err;
  EXPECT_NE(strict.err.find(" (--strict-groups)\n"), std::string::npos) << strict.err;
  EXPECT_FALSE(fs::exists(dir_ / "splits"));
}

// split-folders takes the folder for a further ratio, does nothing, and ends with exit code 0.
TEST_F(DsplitTest, ARatioNeverSwallowsTheFolder) {
  AddImages("a", 10);
  EXPECT_EQ(Run("--ratio .8,.1,.1 raw -o splits").exit_code, 0);
  EXPECT_EQ(Run("--ratio .8 .1 .1 raw -o other").exit_code, 2);
}

TEST_F(DsplitTest, SplitsTheFlowers) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const CommandResult result = Run("'" + (data / "flowers").string() + "' -o splits --ratio 60,20,20 --seed 1");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("total       2589  865   863   4317\n"), std::string::npos) << result.out;
  EXPECT_EQ(LoadSplitRoot(dir_ / "splits"), data / "flowers");
}

}  // namespace
}  // namespace dataset
