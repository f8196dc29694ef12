// Tests which groups dataset/split/splitter.h refuses or warns of.
#include "dataset/split/group_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "dataset/base/error.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::TempDir;
using testing::TinyPng;
using testing::WriteFile;

class GroupCheckTest : public ::testing::Test {
 protected:
  GroupCheckTest() {
    options_.source = dir_ / "raw";
    options_.ratio = {60, 20, 20};
    options_.min_per_class = 1;
  }
  void Add(const std::string& path, const std::string& content = "") {
    WriteFile(dir_ / "raw" / path, TinyPng(content.empty() ? path : content));
  }
  // RAW/<class>/p<patient>_<i>.png; patients of different classes differ.
  void AddPatients(const std::string& label, int patients, int images) {
    for (int patient = 0; patient < patients; ++patient) {
      for (int i = 0; i < images; ++i) {
        Add(label + "/" + label + std::to_string(patient) + "_" + std::to_string(i) + ".png");
      }
    }
  }
  // A list of the classes' images, where `value` gives the column "patient" of the image with this number.
  void List(int images, const std::function<std::string(int)>& value) {
    std::string rows = "path,label,patient\n";
    for (int i = 0; i < images; ++i) {
      const std::string path = "x/" + std::to_string(i) + ".png";
      Add(path);
      rows += path + "," + (i % 2 == 0 ? "even" : "odd") + "," + value(i) + "\n";
    }
    WriteFile(dir_ / "raw/list.csv", rows);
    options_.source = dir_ / "raw/list.csv";
    options_.group_by = "column:patient";
  }
  SplitReport Run() {
    NoProgress progress;
    return MakeSplit(options_, progress);
  }
  // The message, less the source's name; empty if there is no error.
  std::string ErrorText() {
    try {
      Run();
    } catch (const Error& error) {
      EXPECT_FALSE(error.usage()) << error.what();
      const std::string text = error.what(), source = options_.source.string() + ": ";
      EXPECT_TRUE(text.starts_with(source)) << text;
      return text.substr(std::min(source.size(), text.size()));
    }
    return "";
  }
  static std::string WarningWith(const SplitReport& report, const std::string& part) {
    for (const std::string& warning : report.warnings) {
      if (warning.find(part) != warning.npos) return warning;
    }
    return "";
  }

  TempDir dir_;
  SplitOptions options_;
};

TEST_F(GroupCheckTest, ARegexThatMatchesNoNameIsRefused) {
  AddPatients("a", 8, 4);
  // The last two match the folder's name, and nothing at all.
  for (const char* regex : {R"(^(\d+)_)", R"(^patient(\d+)_)", "(A)", "(a)/", R"(^(\d*))", "a(x)?"}) {
    options_.group_by = std::string("regex:") + regex;
    EXPECT_EQ(ErrorText(), "`group_by` regex:" + std::string(regex) +
                               " groups nothing: it gives none of 32 images a group, the first a/a0_0.png; the file "
                               "name alone is searched, without its folders");
  }
}

TEST_F(GroupCheckTest, ABlankColumnIsRefused) {
  for (const char* blank : {"", " ", "\t", "  \t "}) {
    List(20, [&](int) { return blank; });
    EXPECT_EQ(ErrorText(),
              "`group_by` column:patient groups nothing: it gives none of 20 images a group, the first "
              "x/0.png");
  }
}

// A spreadsheet's blanks are not one patient.
TEST_F(GroupCheckTest, AMissingValueIsNoGroup) {
  for (const char* blank : {"nan", "NaN", "None", "NULL", "null", "n/a", "NA", "#N/A", "?", " nan "}) {
    List(40, [&](int i) { return i < 30 ? blank : "p" + std::to_string(i / 2); });
    options_.strict_groups = StrictGroups::kNo;
    const SplitReport report = Run();
    EXPECT_EQ(report.groups, 5u) << blank;
    const std::string text = blank, trimmed = text == " nan " ? "nan" : text;
    const std::string fault =
        "`group_by` column:patient gives 30 of 40 images no group, the first x/0.png; \"" + trimmed + "\" is no value";
    EXPECT_EQ(WarningWith(report, "`group_by`"), fault);
    for (const ManifestEntry& entry : report.manifest.entries) EXPECT_NE(entry.group, trimmed);
    options_.strict_groups = StrictGroups::kYes;
    EXPECT_EQ(ErrorText(), fault + " (`strict_groups`)");
    List(20, [&](int) { return blank; });
    EXPECT_EQ(ErrorText(),
              "`group_by` column:patient groups nothing: it gives none of 20 images a group, the first x/0.png; \"" +
                  trimmed + "\" is no value");
  }
}

TEST_F(GroupCheckTest, BlanksAroundAValueDoNotMakeAnotherGroup) {
  List(20, [](int i) { return (i % 3 == 0 ? " p" : "p") + std::to_string(i / 2) + (i % 2 == 0 ? "\t" : ""); });
  const SplitReport report = Run();
  EXPECT_EQ(report.groups, 10u);
  for (const ManifestEntry& entry : report.manifest.entries)
    EXPECT_EQ(entry.group.find_first_of(" \t"), std::string::npos);
}

TEST_F(GroupCheckTest, APartWithoutAGroupIsAWarningOrStrictlyAnError) {
  AddPatients("a", 10, 2);
  Add("a/nobody.png");
  Add("a/nobody2.png");
  options_.group_by = R"(regex:^a(\d+)_)";
  const std::string fault =
      R"(`group_by` regex:^a(\d+)_ gives 2 of 22 images no group, the first a/nobody.png; the file name alone is )"
      "searched, without its folders";
  EXPECT_EQ(WarningWith(Run(), "`group_by`"), fault);
  options_.strict_groups = StrictGroups::kYes;
  EXPECT_EQ(ErrorText(), fault + " (`strict_groups`)");
  options_.group_by = R"(regex:^a(\d+)_|nobody)";
  EXPECT_EQ(ErrorText(),
            R"(`group_by` regex:^a(\d+)_|nobody)" + fault.substr(fault.find(" gives")) + " (`strict_groups`)");
  options_.group_by = R"(regex:^(a\d+_|nobody))";
  EXPECT_EQ(ErrorText(), "");
}

TEST_F(GroupCheckTest, KeysThatNoTwoImagesShareAreAWarningOrStrictlyAnError) {
  AddPatients("a", 10, 3);
  options_.group_by = "regex:^(.*)[.]";
  const std::string fault =
      "`group_by` regex:^(.*)[.] groups nothing: it gives each image a group of its own, the first a0_0";
  EXPECT_EQ(WarningWith(Run(), "`group_by`"), fault);
  options_.strict_groups = StrictGroups::kYes;
  EXPECT_EQ(ErrorText(), fault + " (`strict_groups`)");
}

TEST_F(GroupCheckTest, KeysThatLookLikeTheSameAreAWarning) {
  const struct {
    std::string key, like, named;
  } kCases[] = {
      {"p1", "P1", "P1 and p1"},
      {"Jos\u00e9", "Jose\u0301", "Jose\u0301 and Jos\u00e9"},
      {"7", "07", "07 and 7"},
      {"7", "7.0", "7 and 7.0"},
      {"\u00e9", "\u00c9", "\u00c9 and \u00e9"},
      {"0", "00", "0 and 00"},
  };
  for (const auto& test : kCases) {
    List(20, [&](int i) { return i / 4 != 1 ? "q" + std::to_string(i / 4) : i == 7 ? test.like : test.key; });
    options_.strict_groups = StrictGroups::kYes;
    EXPECT_EQ(WarningWith(Run(), "`group_by`"),
              "`group_by` column:patient makes different groups of " + test.named + ", which look like the same");
  }
  List(20, [](int i) { return i / 4 != 1 ? "q" + std::to_string(i / 4) : i < 6 ? "7.5" : "75"; });
  EXPECT_EQ(WarningWith(Run(), "`group_by`"), "");
}

TEST_F(GroupCheckTest, StrictGroupsNeedARule) {
  AddPatients("a", 10, 3);
  options_.strict_groups = StrictGroups::kYes;
  EXPECT_THROW(
      {
        try {
          Run();
        } catch (const Error& error) {
          EXPECT_TRUE(error.usage());
          EXPECT_STREQ(error.what(), "`strict_groups` needs `group_by`, which says what a group is");
          throw;
        }
      },
      Error);
}

// The usual layout, where the folder of a photo is its class.
TEST_F(GroupCheckTest, OneGroupPerClassIsRefused) {
  AddPatients("a", 5, 4);
  AddPatients("b", 7, 4);
  const std::string fault =
      "each class is one group, so none can lie in two splits: 48 images make 2 groups, the largest b with 28 images; "
      "choose a `group_by` that makes smaller groups, or leave it out";
  options_.group_by = "parent";
  EXPECT_EQ(ErrorText(), fault);
  options_.group_by = "regex:^([ab])";
  EXPECT_EQ(ErrorText(), fault);
  options_.assign = Assign::kHash;
  EXPECT_EQ(ErrorText(), fault);
  options_.assign = Assign::kQuota;
  options_.ratio.reset();
  options_.kfold = 5;
  EXPECT_EQ(ErrorText(), fault);
  options_.kfold = 0;
  options_.fixed = {4, 4};
  EXPECT_EQ(ErrorText(), fault);
  // Nothing is asked of val and test.
  options_.fixed.reset();
  options_.ratio = {100, 0, 0};
  EXPECT_EQ(ErrorText(), "");
}

TEST_F(GroupCheckTest, OneGroupOfAllIsRefused) {
  AddPatients("a", 5, 4);
  AddPatients("b", 7, 4);
  options_.group_by = "regex:[.](png)$";
  EXPECT_EQ(ErrorText(),
            "each class is one group, so none can lie in two splits: 48 images make 1 group, the largest png with 48 "
            "images; choose a `group_by` that makes smaller groups, or leave it out");
}

TEST_F(GroupCheckTest, GroupsTooLargeForASplitAreRefused) {
  AddPatients("a", 2, 20);
  AddPatients("b", 1, 20);
  options_.group_by = R"(regex:^(\w\d))";
  for (uint64_t seed = 0; seed < 8; ++seed) {
    options_.seed = seed;
    const std::string error = ErrorText();
    const size_t asks = error.find(", though `ratio` 60,20,20 asks for some; ");
    ASSERT_NE(asks, error.npos) << error;
    EXPECT_TRUE(error.starts_with("there are no images in val") || error.starts_with("there are no images in test"));
    EXPECT_EQ(error.substr(error.find("groups stay")),
              "groups stay whole: 60 images make 3 groups, the largest a0 with 20 images; choose a `group_by` that "
              "makes smaller groups, or leave it out");
  }
}

TEST_F(GroupCheckTest, FewerGroupsThanFoldsAreRefused) {
  AddPatients("a", 4, 5);
  options_.group_by = R"(regex:^(\w\d))";
  options_.ratio.reset();
  options_.kfold = 5;
  EXPECT_NE(ErrorText().find("though `kfold` 5 asks for some; groups stay whole: 20 images make 4 groups, "),
            std::string::npos)
      << ErrorText();
  options_.kfold = 4;
  EXPECT_EQ(ErrorText(), "");
}

TEST_F(GroupCheckTest, GroupsThatAHashPutsIntoOneSplitAreRefused) {
  AddPatients("a", 2, 20);
  options_.group_by = R"(regex:^(\w\d))";
  options_.assign = Assign::kHash;
  const std::string error = ErrorText();
  EXPECT_NE(error.find("groups stay whole: 40 images make 2 groups"), std::string::npos) << error;
  EXPECT_TRUE(error.ends_with("; `assign` quota or another `seed` may fill it, too")) << error;
}

// One "no picture" file in the folder of each patient joins all of them.
TEST_F(GroupCheckTest, AnEqualPictureOfAllGroupsIsNamedAsTheCause) {
  AddPatients("a", 6, 4);
  for (int patient = 0; patient < 6; ++patient) Add("a/a" + std::to_string(patient) + "_none.png", "no picture");
  options_.group_by = R"(regex:^(\w\d))";
  EXPECT_EQ(ErrorText(),
            "each class is one group, so none can lie in two splits: 30 images make 1 group, the largest a0 with 30 "
            "images, where pictures that are equal join 6 groups of `group_by`; `duplicates` drop-conflicts or ignore "
            "parts them");
  options_.duplicates = DuplicateRule::kDrop;
  EXPECT_EQ(ErrorText(), "");
}

TEST_F(GroupCheckTest, NearDuplicatesThatJoinAllAreNamedAsTheCause) {
  AddPatients("a", 6, 4);  // TinyPng's pixels are all alike
  options_.near_duplicates = 0;
  EXPECT_EQ(ErrorText(),
            "each class is one group, so none can lie in two splits: 24 images make 1 group, the largest of pictures "
            "like a/a0_0.png with 24 images; lower `near_duplicates`");
  options_.near_duplicates.reset();
  for (int i = 0; i < 24; ++i) Add("a/a" + std::to_string(i / 4) + "_" + std::to_string(i % 4) + ".png", "equal");
  EXPECT_EQ(ErrorText(),
            "each class is one group, so none can lie in two splits: 24 images make 1 group, the largest of pictures "
            "like a/a0_0.png with 24 images; `duplicates` drop keeps one of each");
}

TEST_F(GroupCheckTest, ASplitThatIsEmptyForAnotherReasonIsAWarning) {
  for (int i = 0; i < 4; ++i) Add("class" + std::to_string(i) + "/only.png");
  const SplitReport report = Run();
  EXPECT_EQ(WarningWith(report, "no images in val"),
            "there are no images in val, though `ratio` 60,20,20 asks for some; each class is too small for it");
  EXPECT_EQ(report.wanted, (std::array<bool, 3>{true, true, true}));
  options_.assign = Assign::kHash;
  options_.ratio = {98, 1, 1};
  EXPECT_EQ(WarningWith(Run(), "no images in val"),
            "there are no images in val, though `ratio` 98,1,1 asks for some; a hash deals, and more images or another "
            "`seed` fill it");
  options_.ratio = {80, 20};
  EXPECT_EQ(Run().wanted, (std::array<bool, 3>{true, true, false}));
}

TEST_F(GroupCheckTest, OneFolderInTwoReadyMadeSplitsIsALeak) {
  for (const char* folder : {"train/walk/1/", "train/walk/2/", "test/walk/2/", "test/walk/3/"}) {
    for (int i = 0; i < 3; ++i) Add(folder + std::to_string(i) + ".png");
  }
  options_.ratio.reset();
  options_.group_by = "parent";
  EXPECT_EQ(WarningWith(Run(), "leak"),
            "leak: 1 group in several splits, the first with test/walk/2/0.png and train/walk/2/0.png");
}

TEST_F(GroupCheckTest, ASampleThatKeepsNoneOfAClassIsNamed) {
  AddPatients("a", 1, 20);
  AddPatients("b", 10, 2);
  options_.group_by = R"(regex:^(\w\d))";
  options_.sample = 0.1;
  EXPECT_NE(ErrorText().find("class a has 0 images left by `sample` 0.1, but "), std::string::npos) << ErrorText();
}

}  // namespace
}  // namespace dataset
