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
  EXPECT_EQ(report.skipped_not_image, Names{"readme.1.txt"});
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
  EXPECT_NE(error_of("0.png,a\n../secret,a\n").find("path \"../secret\" is not a plain path under"), std::string::npos);
  EXPECT_NE(error_of("0.png,a\n/etc/passwd,a\n").find("is not a plain path under"), std::string::npos);
  EXPECT_NE(error_of("0.png,a\n0.png,b\n").find("path \"0.png\" is there more than once"), std::string::npos);
  EXPECT_NE(error_of("0.png,a\n./0.png,a\n").find("more than once"), std::string::npos);
  EXPECT_NE(error_of("0.png,a\n7.png,a\n").find("7.png: cannot read: No such file or directory"), std::string::npos);
  // A header with other names looks like a row whose file is missing.
  EXPECT_NE(error_of("filename,species\n0.png,a\n").find("`columns` the columns of path and label"), std::string::npos);
  WriteFile(dir_ / "list.csv", "0.png,a\n1.png,a\n");
  options_.label_regex = "(.)";
  EXPECT_NE(ErrorText().find("`label_regex` is for a folder"), std::string::npos);
}

TEST_F(SplitSourcesTest, RefusesOptionsOfListsForFolders) {
  AddImages("a/", 4);
  const std::function<void(SplitOptions*)> kChanges[] = {
      [](SplitOptions* o) { o->root = "."; },
      [](SplitOptions* o) {
        o->columns = Names{"path", "label"};
      },
      [](SplitOptions* o) { o->json_key = "x"; },
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
  EXPECT_EQ(report.skipped_not_image, Names{"a/Thumbs.db"});
  EXPECT_EQ(report.skipped_hidden, 1u);
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
  EXPECT_EQ(report.skipped_not_image, Names{"a/noextension"});
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
