// Tests how dataset/split/splitter.h reads its sources: lists, names, damaged files.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "dataset/base/error.h"
#include "dataset/split/splitter.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using testing::FromHex;
using testing::TempDir;
using testing::TinyPng;
using testing::WriteFile;

class SplitSourcesTest : public ::testing::Test {
 protected:
  SplitSourcesTest() {
    options_.source = dir_ / "raw";
    options_.ratio = {1, 1};
    options_.min_per_class = 1;
  }
  void AddImages(const std::string& prefix, int count, const std::string& extension = ".png") {
    for (int i = 0; i < count; ++i) {
      const std::string path = "raw/" + prefix + std::to_string(i) + extension;
      WriteFile(dir_ / path, TinyPng(path));
    }
  }
  SplitReport Run() {
    NoProgress progress;
    return MakeSplit(options_, progress);
  }
  std::string ErrorText() {
    try {
      Run();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  // "path label" of each row.
  Names Rows(const SplitReport& report) {
    Names rows;
    for (const ManifestEntry& entry : report.manifest.entries) rows.push_back(entry.path + " " + entry.label);
    return rows;
  }
  // "path kind" of each skipped name.
  Names SkippedOf(const SplitReport& report) {
    Names names;
    for (const SkippedName& name : report.skipped) names.push_back(name.path + " " + std::string(NameOf(name.kind)));
    return names;
  }
  bool Warns(const SplitReport& report, const std::string& part) {
    return std::any_of(report.warnings.begin(), report.warnings.end(),
                       [&](const std::string& warning) { return warning.find(part) != warning.npos; });
  }

  TempDir dir_;
  SplitOptions options_;
};

// split-folders takes no flat folder; it "runs without error, copies nothing".
TEST_F(SplitSourcesTest, LabelRegexSplitsAFlatFolder) {
  AddImages("cat.", 4);
  AddImages("sub/dog.", 4);
  AddImages("unnamed-", 1);
  WriteFile(dir_ / "raw/readme.1.txt", "no image, and so no class");
  options_.label_regex = R"(^(\w+)\.)";
  const SplitReport report = Run();
  EXPECT_EQ(report.manifest.classes, (Names{"cat", "dog"}));
  EXPECT_EQ(report.counts[0], (std::vector<uint32_t>{2, 2}));
  EXPECT_TRUE(
      Warns(report, "1 image left out, because `label_regex` does not match the name, the first unnamed-0.png"));
  EXPECT_EQ(SkippedOf(report), (Names{"readme.1.txt no picture", "unnamed-0.png in no class"}));
}

TEST_F(SplitSourcesTest, LabelRegexAndReadyMadeSplits) {
  AddImages("train/cat.", 4);
  AddImages("test/dog.", 1);
  AddImages("train/dog.", 4);
  options_.ratio.reset();
  options_.label_regex = R"(^(\w+)\.)";
  const SplitReport report = Run();
  EXPECT_TRUE(report.ready_made);
  EXPECT_EQ(report.counts[2], (std::vector<uint32_t>{0, 1}));
}

TEST_F(SplitSourcesTest, ALabelRegexWithoutAnyMatchIsRefused) {
  AddImages("cat", 4);
  options_.label_regex = R"(^(\w+)_)";
  EXPECT_NE(ErrorText().find("holds no images that `label_regex` gives a class"), std::string::npos) << ErrorText();
}

TEST_F(SplitSourcesTest, ReadsACsvList) {
  AddImages("x/", 4);
  WriteFile(dir_ / "list.csv",
            "path,label\n./x/0.png,b\n" + fs::canonical(dir_ / "raw").string() + "/x/1.png,a\nx/2.png,a\nx/3.png,b\n");
  options_.source = dir_ / "list.csv";
  options_.root = dir_ / "raw";
  const SplitReport report = Run();
  EXPECT_EQ(Rows(report), (Names{"x/0.png b", "x/1.png a", "x/2.png a", "x/3.png b"}));
  EXPECT_EQ(report.root, fs::canonical(dir_ / "raw"));
}

TEST_F(SplitSourcesTest, ReadsAJsonListBesideItsImages) {
  AddImages("", 4);
  WriteFile(dir_ / "raw/samples.JSON",
            R"([{"image_id":"0.png","label":"a"},{"image_id":"1.png","label":"a"},{"image_id":"2.png","label":"a"}])");
  options_.source = dir_ / "raw/samples.JSON";
  EXPECT_EQ(Rows(Run()), (Names{"0.png a", "1.png a", "2.png a"}));
}

TEST_F(SplitSourcesTest, AListMayHoldReadyMadeSplits) {
  AddImages("", 4);
  WriteFile(dir_ / "list.csv", "path,label,split\n0.png,a,train\n1.png,a,val\n2.png,a,test\n3.png,a,train\n");
  options_.source = dir_ / "list.csv";
  options_.root = dir_ / "raw";
  EXPECT_NE(ErrorText().find("`ratio` does not apply"), std::string::npos);
  options_.ratio.reset();
  const SplitReport report = Run();
  EXPECT_EQ(report.counts[0][0], 2u);
  EXPECT_EQ(report.counts[2][0], 1u);
}

TEST_F(SplitSourcesTest, RefusesListsThatDoNotFit) {
  AddImages("", 2);
  WriteFile(dir_ / "secret", "x");
  options_.source = dir_ / "list.csv";
  options_.root = dir_ / "raw";
  const auto error_of = [&](const std::string& rows) {
    WriteFile(dir_ / "list.csv", rows);
    return ErrorText();
  };
  for (const std::string path : {"../secret", "/etc/passwd"}) {
    EXPECT_NE(error_of("0.png,a\n" + path + ",a\n").find("line 2: path \"" + path + "\" lies outside of"),
              std::string::npos)
        << ErrorText();
  }
  EXPECT_NE(error_of("0.png,a\nhttps://x.org/1.png,a\n").find("is a URL; fetch the pictures"), std::string::npos);
  EXPECT_NE(error_of("0.png,a\n0.png,b\n")
                .find("line 2: path \"0.png\" was there already in line 1, as a and now as b; "
                      "remove one of the two"),
            std::string::npos);
  EXPECT_NE(
      error_of("0.png,a\n1.png,b\n./0.png,a\n").find("line 3: path \"0.png\" was there already in line 1; remove"),
      std::string::npos);
  // A header with other names looks like a row whose file is missing.
  EXPECT_NE(error_of("bild,klasse\n0.png,a\n")
                .find("bild (line 1); `root` names the folder that paths begin at, "
                      "`columns` the columns of path and label; `on_missing` skip"),
            std::string::npos)
      << ErrorText();
  WriteFile(dir_ / "list.csv", "0.png,a\n1.png,a\n");
  options_.label_regex = "(.)";
  EXPECT_NE(ErrorText().find("`label_regex` is for a folder"), std::string::npos);
}

TEST_F(SplitSourcesTest, CountsMissingFilesAndNamesFive) {
  AddImages("sub/", 4);
  std::string list = "path,label\n";
  for (int i = 0; i < 4; ++i) list += "sub/" + std::to_string(i) + ".png,a\n";
  for (int i = 0; i < 7; ++i) list += "gone" + std::to_string(i) + ".png,a\n";
  WriteFile(dir_ / "raw/list.csv", list);
  options_.source = dir_ / "raw/list.csv";
  const std::string root = fs::canonical(dir_ / "raw").string();
  const std::string missing = "7 of 11 files do not exist below " + root +
                              ": gone0.png (line 6), gone1.png (line 7), gone2.png (line 8), gone3.png (line 9), "
                              "gone4.png (line 10), ...";
  EXPECT_EQ(ErrorText(), options_.source.string() + ": " + missing +
                             "; `root` names the folder that paths begin at; `on_missing` skip leaves them out");
  options_.on_missing = OnMissing::kSkip;
  const SplitReport report = Run();
  EXPECT_EQ(report.manifest.entries.size(), 4u);
  ASSERT_EQ(report.rejected.size(), 7u);
  EXPECT_EQ(report.rejected[6].path, "gone6.png");
  EXPECT_EQ(report.rejected[6].reason, "is in the list, but there is no such file");
  EXPECT_TRUE(Warns(report, missing + "; left out (rejected.csv)"));
  EXPECT_EQ(report.options.at("on-missing"), "skip");
  // A class that has lost all of its files is not lost without a word.
  WriteFile(options_.source, list + "gone7.png,b\n");
  EXPECT_NE(ErrorText().find("class b has 0 images"), std::string::npos) << ErrorText();
  // All are missing: the root is wrong, and no reason to go on.
  WriteFile(options_.source, "path,label\n0.png,a\n1.png,a\n");
  EXPECT_NE(ErrorText().find("2 of 2 files do not exist"), std::string::npos);
  EXPECT_NE(ErrorText().find("(" + root + "/sub has the first)"), std::string::npos) << ErrorText();
  WriteFile(options_.source, "path,label\nraw/sub/0.png,a\n");
  EXPECT_NE(ErrorText().find("(" + fs::path(root).parent_path().string() + " has the first)"), std::string::npos);
}

TEST_F(SplitSourcesTest, SaysHowAListWasRead) {
  AddImages("x/", 4);
  WriteFile(dir_ / "raw/list.csv", "path;label\nX\\0.PNG;b\nx\\1.png;a\nx\\2;a\nx/3.png;b\n");
  options_.source = dir_ / "raw/list.csv";
  const SplitReport report = Run();
  EXPECT_EQ(Rows(report), (Names{"x/0.png b", "x/1.png a", "x/2.png a", "x/3.png b"}));
  const std::string list = options_.source.string() + ": ";
  EXPECT_EQ(
      report.notes,
      (Names{list + "read as UTF-8, separated by semicolons, 4 samples; paths in column \"path\", labels in column "
                    "\"label\"",
             list + "paths read with / instead of \\: 3, the first X\\0.PNG (x/0.png)",
             list + "paths that differ from their files in the case of letters: 1, the first X\\0.PNG (x/0.png)",
             list + "paths read with the extension of their files: 1, the first x\\2 (x/2.png)"}));
}

TEST_F(SplitSourcesTest, RefusesOptionsOfListsForFolders) {
  AddImages("a/", 4);
  const std::function<void(SplitOptions*)> kChanges[] = {
      [](SplitOptions* o) { o->root = "."; },
      [](SplitOptions* o) {
        o->columns = Names{"path", "label"};
      },
      [](SplitOptions* o) { o->json_key = "x"; },
      [](SplitOptions* o) { o->on_missing = OnMissing::kSkip; },
      [](SplitOptions* o) { o->group_by = "column:x"; },
  };
  const SplitOptions before = options_;
  for (const auto& change : kChanges) {
    options_ = before;
    change(&options_);
    EXPECT_NE(ErrorText().find(" is for a list, but "), std::string::npos) << ErrorText();
  }
}

// split-folders drops "1.JPG" and files in subfolders, but takes "Thumbs.db".
TEST_F(SplitSourcesTest, TakesAnyCaseAndDepthAndSkipsTheRest) {
  AddImages("a/", 2, ".PNG");
  AddImages("a/deep/er/", 2, "");
  WriteFile(dir_ / "raw/a/Thumbs.db", "\xd0\xcf\x11\xe0 and more");
  WriteFile(dir_ / "raw/a/.hidden.png", TinyPng());
  const SplitReport report = Run();
  EXPECT_EQ(report.manifest.entries.size(), 4u);
  EXPECT_EQ(SkippedOf(report), (Names{"a/.hidden.png hidden", "a/Thumbs.db no picture"}));
}

// ImageFolder takes what a NAS, a camera, exiftool or a browser left beside the photos if it ends in .jpg; whoever goes
// by content takes all of it.
TEST_F(SplitSourcesTest, SkipsWhatIsNoPhotoByKind) {
  AddImages("a/", 2, ".JPG");
  const std::string raw = FromHex("49492a00080000000100fe00040001000000010000000000");
  WriteFile(dir_ / "raw/a/0.NEF", raw);
  WriteFile(dir_ / "raw/a/lone.DNG", raw);
  WriteFile(dir_ / "raw/a/renamed.tif", raw);
  WriteFile(dir_ / "raw/a/0.JPG_original", TinyPng("1"));
  WriteFile(dir_ / "raw/a/1.JPG.part", TinyPng("2"));
  WriteFile(dir_ / "raw/a/0.THM", TinyPng("3"));
  WriteFile(dir_ / "raw/a/0.xmp", TinyPng("4"));
  WriteFile(dir_ / "raw/a/@eaDir/0.JPG/SYNOPHOTO_THUMB_M.jpg", TinyPng("5"));
  WriteFile(dir_ / "raw/__MACOSX/a/0.JPG", TinyPng("6"));
  const SplitReport report = Run();
  EXPECT_EQ(Rows(report), (Names{"a/0.JPG a", "a/1.JPG a"}));
  EXPECT_EQ(SkippedOf(report),
            (Names{"__MACOSX/ folder of a system", "a/0.JPG_original backup", "a/0.NEF camera raw", "a/0.THM thumbnail",
                   "a/0.xmp no picture", "a/1.JPG.part unfinished download", "a/@eaDir/ folder of a system",
                   "a/lone.DNG camera raw", "a/renamed.tif camera raw"}));
  EXPECT_TRUE(Warns(report,
                    "2 camera raw files left out that have no JPEG of the same name beside them, the first "
                    "a/lone.DNG; convert them"));
}

TEST_F(SplitSourcesTest, SaysThatAnExtensionIsUnusual) {
  AddImages("a/", 4);
  AddImages("a/large", 2, ".jpg_large");
  AddImages("a/without", 2, "");
  const SplitReport report = Run();
  EXPECT_EQ(report.manifest.entries.size(), 8u);
  EXPECT_EQ(report.notes,
            Names{"2 images have an unusual extension, the first a/large0.jpg_large; `exclude` leaves out "
                  "what is no photo"});
}

TEST_F(SplitSourcesTest, IncludeAndExcludeHaveTheLastWord) {
  AddImages("a/", 2);
  AddImages("a/bad/", 2);
  AddImages("b/", 2);
  AddImages("runs/", 2);
  AddImages("a/.kept/", 1);
  AddImages("c/x", 1, ".part");
  options_.exclude = {"runs/**", "a/bad", "b/*"};
  options_.include = {".kept", "*.part"};
  const SplitReport report = Run();
  EXPECT_EQ(Rows(report), (Names{"a/.kept/0.png a", "a/0.png a", "a/1.png a", "c/x0.part c"}));
  EXPECT_EQ(report.manifest.classes, (Names{"a", "c"})) << "b has nothing left, and runs is out";
  EXPECT_EQ(SkippedOf(report), (Names{"a/bad/ excluded", "b/0.png excluded", "b/1.png excluded", "runs/ excluded"}));
  EXPECT_EQ(report.options.at("exclude"), "runs/**,a/bad,b/*");
}

TEST_F(SplitSourcesTest, PatternsThatChangeNothingAreNamed) {
  AddImages("a/", 4);
  options_.exclude = {"b"};
  options_.include = {"*.png"};
  const SplitReport report = Run();
  EXPECT_TRUE(Warns(report, "`exclude` 'b' matches no name"));
  EXPECT_TRUE(Warns(report, "`include` '*.png' changes nothing"));
  options_.exclude = {"/"};
  EXPECT_NE(ErrorText().find("`exclude` '/': it must be a name"), std::string::npos);
}

TEST_F(SplitSourcesTest, ListedCameraRawIsRejectedWithItsReason) {
  AddImages("", 2);
  WriteFile(dir_ / "raw/x.NEF", FromHex("49492a00080000000100fe00040001000000010000000000"));
  WriteFile(dir_ / "list.csv", "0.png,a\n1.png,a\nx.NEF,a\n");
  options_.source = dir_ / "list.csv";
  options_.root = dir_ / "raw";
  const SplitReport report = Run();
  ASSERT_EQ(report.rejected.size(), 1u);
  EXPECT_TRUE(report.rejected[0].reason.starts_with("camera raw, or a TIFF that begins with a thumbnail"));
  for (auto* patterns : {&options_.include, &options_.exclude}) {
    *patterns = {"x"};
    EXPECT_NE(ErrorText().find(" is for a folder, but "), std::string::npos) << ErrorText();
    patterns->clear();
  }
}

// imageatm lists invalid files only if there are more than ten of them.
TEST_F(SplitSourcesTest, ListsEveryDamagedFile) {
  AddImages("a/", 4);
  WriteFile(dir_ / "raw/a/empty.jpg", "");
  WriteFile(dir_ / "raw/a/page.JPG", "<html>");
  WriteFile(dir_ / "raw/a/short.png", TinyPng().substr(0, 40));
  const SplitReport report = Run();
  ASSERT_EQ(report.rejected.size(), 3u);
  EXPECT_EQ(report.rejected[0].path, "a/empty.jpg");
  EXPECT_EQ(report.rejected[0].reason, "an empty file");
  EXPECT_EQ(report.rejected[1].reason, "not a JPEG, PNG, BMP, GIF, WebP, TIFF, HEIC or AVIF file");
  EXPECT_NE(report.rejected[2].reason.find("cut off"), std::string::npos);
  EXPECT_EQ(report.manifest.entries.size(), 4u);
  EXPECT_TRUE(Warns(report, "3 damaged files left out, the first a/empty.jpg: an empty file"));
}

TEST_F(SplitSourcesTest, AClassOfDamagedFilesIsRefusedByName) {
  AddImages("a/", 4);
  WriteFile(dir_ / "raw/b/empty.jpg", "");
  EXPECT_NE(ErrorText().find("class b has 0 images"), std::string::npos);
}

TEST_F(SplitSourcesTest, CheckNoneGoesByExtensionAlone) {
  AddImages("a/", 4, ".JPG");
  WriteFile(dir_ / "raw/a/page.Png", "<html>");
  WriteFile(dir_ / "raw/a/noextension", TinyPng());
  options_.check = ImageCheck::kNone;
  options_.duplicates = DuplicateRule::kIgnore;
  const SplitReport report = Run();
  EXPECT_EQ(report.manifest.entries.size(), 5u);
  EXPECT_EQ(SkippedOf(report), Names{"a/noextension no picture"});
}

TEST_F(SplitSourcesTest, AListedFileThatIsNoImageIsRejected) {
  AddImages("", 2);
  WriteFile(dir_ / "raw/notes", "x");
  WriteFile(dir_ / "list.csv", "0.png,a\n1.png,a\nnotes,a\n");
  options_.source = dir_ / "list.csv";
  options_.root = dir_ / "raw";
  const SplitReport report = Run();
  ASSERT_EQ(report.rejected.size(), 1u);
  EXPECT_EQ(report.rejected[0].path, "notes");
}

TEST_F(SplitSourcesTest, NamesAnUnreadableFile) {
  if (geteuid() == 0) GTEST_SKIP() << "root can read everything";
  AddImages("a/", 4);
  fs::permissions(dir_ / "raw/a/2.png", fs::perms::none);
  EXPECT_NE(ErrorText().find("a/2.png: cannot open: Permission denied"), std::string::npos) << ErrorText();
}

TEST_F(SplitSourcesTest, TheNumberOfThreadsDoesNotMatter) {
  AddImages("a/", 300);
  AddImages("b/", 200);
  for (int i = 0; i < 50; ++i) WriteFile(dir_ / ("raw/b/copy" + std::to_string(i) + ".png"), TinyPng("same"));
  options_.ratio = {60, 20, 20};
  const SplitReport one = Run();
  options_.jobs = 8;
  const SplitReport eight = Run();
  EXPECT_EQ(FormatManifest(eight.manifest), FormatManifest(one.manifest));
  EXPECT_EQ(eight.fingerprint, one.fingerprint);
}

TEST_F(SplitSourcesTest, TheFingerprintFollowsTheListAndTheContent) {
  AddImages("", 4);
  options_.source = dir_ / "list.csv";
  options_.root = dir_ / "raw";
  WriteFile(dir_ / "list.csv", "0.png,a\n1.png,a\n");
  const std::string before = Run().fingerprint;
  WriteFile(dir_ / "list.csv", "path,label\n0.png,a\n1.png,a\n");
  const std::string header = Run().fingerprint;
  EXPECT_NE(header, before);
  WriteFile(dir_ / "raw/1.png", TinyPng("raw/5.png"));
  EXPECT_NE(Run().fingerprint, header);
}

}  // namespace
}  // namespace dataset
