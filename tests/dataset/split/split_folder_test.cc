#include "dataset/split/split_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "dataset/base/error.h"
#include "dataset/catalog/split_info.h"
#include "dataset/io/file.h"
#include "dataset/io/file_lock.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;
using testing::TinyPng;
using testing::WriteFile;

class SplitFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* label : {"a", "b"}) {
      for (int i = 0; i < 10; ++i) AddImage(label, i);
    }
    publish_.folder = out();
    publish_.config_toml = "raw = \"raw\"\nseed = 1\n";
    publish_.tool_version = "0.1.0";
    split_.source = dir_ / "raw";
    split_.seed = 1;
  }

  void AddImage(const std::string& label, int number) {
    const std::string path = "raw/" + label + "/" + std::to_string(number) + ".png";
    WriteFile(dir_ / path, TinyPng(path));
  }
  fs::path out() const { return dir_ / "deep/splits"; }
  SplitReport Report() {
    NoProgress progress;
    return MakeSplit(split_, progress);
  }
  bool Publish() { return PublishSplit(Report(), publish_).written; }
  std::string PublishError() {
    try {
      Publish();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TempDir dir_;
  SplitOptions split_;
  SplitFolderOptions publish_;
};

TEST_F(SplitFolderTest, WritesItsFiles) {
  EXPECT_TRUE(Publish());
  const SplitReport report = Report();
  EXPECT_EQ(ReadFile(out() / "manifest.csv"), FormatManifest(report.manifest));
  EXPECT_EQ(ReadFile(out() / "classes.txt"), "a\nb\n");
  EXPECT_EQ(ReadFile(out() / "config.toml"), publish_.config_toml);
  const SplitInfo info = LoadSplitInfo(out());
  EXPECT_EQ(info.classes, report.manifest.classes);
  ASSERT_EQ(info.splits.size(), 3u);
  EXPECT_EQ(info.splits[0].samples, 16u);
  EXPECT_EQ(info.splits[2].samples_per_class, (std::vector<uint32_t>{1, 1}));
  EXPECT_EQ(info.fingerprint, report.fingerprint);
  EXPECT_EQ(LoadSplitRoot(out()), fs::canonical(dir_ / "raw"));
  EXPECT_EQ(ReadFile(out() / "rejected.csv"), "path,reason\n");
  EXPECT_EQ(ReadFile(out() / "skipped.csv"), "path,kind\n");
  EXPECT_TRUE(ReadFile(out() / "class_counts.svg").starts_with("<svg "));
  EXPECT_EQ(std::distance(fs::directory_iterator(out()), {}), 7);
}

TEST_F(SplitFolderTest, ListsWhatWasSkipped) {
  WriteFile(dir_ / "raw/a/.DS_Store", "x");
  WriteFile(dir_ / "raw/a/0.NEF", "x");
  WriteFile(dir_ / "raw/b/Icon\r", "");
  WriteFile(dir_ / "raw/@eaDir/0.png", "x");
  EXPECT_TRUE(Publish());
  EXPECT_EQ(ReadFile(out() / "skipped.csv"),
            "path,kind\n@eaDir/,folder of a system\na/.DS_Store,hidden\na/0.NEF,camera raw\nb/Icon\\x0d,no picture\n");
  EXPECT_EQ(LoadSplitInfo(out()).skipped_hidden, 1u);
  EXPECT_EQ(LoadSplitInfo(out()).skipped_not_image, 3u);
}

TEST_F(SplitFolderTest, TheLoaderReadsWhatWasWritten) {
  Publish();
  const Manifest manifest = LoadManifest(out() / "manifest.csv");
  EXPECT_EQ(FormatManifest(manifest), FormatManifest(Report().manifest));
  EXPECT_EQ(manifest.classes, Report().manifest.classes);
}

TEST_F(SplitFolderTest, TheSameAgainOnlyTouchesSplitJson) {
  Publish();
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const char* name : {"manifest.csv", "split.json"}) fs::last_write_time(out() / name, long_ago);
  const std::string info = ReadFile(out() / "split.json");
  EXPECT_FALSE(Publish());
  EXPECT_GT(fs::last_write_time(out() / "split.json"), long_ago + std::chrono::hours(1));
  EXPECT_LT(fs::last_write_time(out() / "manifest.csv"), long_ago + std::chrono::hours(1));
  EXPECT_EQ(ReadFile(out() / "split.json"), info);
}

// split-folders leaves old files in place, so that after a run with another seed images are in train and in test.
TEST_F(SplitFolderTest, RefusesAnotherSplitInTheSameFolder) {
  Publish();
  const std::string manifest = ReadFile(out() / "manifest.csv");
  split_.seed = 2;
  EXPECT_EQ(PublishError(),
            out().string() + ": holds another split (`seed` is 1 there and 2 here); `overwrite` replaces it");
  EXPECT_EQ(ReadFile(out() / "manifest.csv"), manifest);
  publish_.overwrite = true;
  EXPECT_TRUE(Publish());
  EXPECT_EQ(ReadFile(out() / "manifest.csv"), FormatManifest(Report().manifest));
  EXPECT_NE(ReadFile(out() / "manifest.csv"), manifest);
  EXPECT_EQ(LoadSplitInfo(out()).seed, 2u);
}

TEST_F(SplitFolderTest, RefusesWhenTheImagesChanged) {
  Publish();
  AddImage("a", 10);
  EXPECT_EQ(PublishError(),
            out().string() + ": holds another split (the images have changed); `overwrite` replaces it");
}

TEST_F(SplitFolderTest, RefusesTheSplitOfAnotherRoot) {
  Publish();
  fs::rename(dir_ / "raw", dir_ / "new");
  split_.source = dir_ / "new";
  EXPECT_NE(PublishError().find("(it is of "), std::string::npos);
}

TEST_F(SplitFolderTest, ACorrectedManifestStays) {
  Publish();
  WriteFile(out() / "manifest.csv", "path,label,split\na/1.png,b,train\n");
  EXPECT_FALSE(Publish());
  EXPECT_EQ(ReadFile(out() / "manifest.csv"), "path,label,split\na/1.png,b,train\n");
}

TEST_F(SplitFolderTest, CompletesWhatWasCutOff) {
  Publish();
  fs::remove(out() / "split.json");
  fs::remove(out() / "config.toml");
  EXPECT_TRUE(Publish());
  EXPECT_TRUE(fs::exists(out() / "split.json"));
  EXPECT_TRUE(fs::exists(out() / "config.toml"));
  fs::remove(out() / "manifest.csv");
  EXPECT_TRUE(Publish());
  EXPECT_TRUE(fs::exists(out() / "manifest.csv"));
}

TEST_F(SplitFolderTest, RefusesToReplaceAManifestOfOtherOrigin) {
  WriteFile(out() / "manifest.csv", "path,label,split\n");
  EXPECT_EQ(PublishError(),
            (out() / "manifest.csv").string() + ": holds another split, without a split.json; `overwrite` replaces it");
  EXPECT_EQ(ReadFile(out() / "manifest.csv"), "path,label,split\n");
}

TEST_F(SplitFolderTest, ADamagedSplitJsonIsNamedAndCanBeReplaced) {
  Publish();
  WriteFile(out() / "split.json", "{");
  EXPECT_EQ(PublishError().find((out() / "split.json").string()), 0u);
  publish_.overwrite = true;
  EXPECT_TRUE(Publish());
  EXPECT_EQ(LoadSplitInfo(out()).seed, 1u);
}

TEST_F(SplitFolderTest, FilesOfOthersAreNeverReplaced) {
  publish_.samples_json = SamplesJson::kYes;
  for (const auto& [name, content] :
       std::vector<std::pair<const char*, const char*>>{{"split.json", "{\"train\": []}"},
                                                        {"split.json", "[]"},
                                                        {"split.json", "{"},
                                                        {"split.json", "{\"format_version\": 1}"},
                                                        {"manifest.csv", "id;name\n"},
                                                        {"classes.txt", "cat\n"},
                                                        {"config.toml", "title = 'site'\n"},
                                                        {"rejected.csv", "a\n"},
                                                        {"skipped.csv", "a\n"},
                                                        {"duplicates.csv", "a\n"},
                                                        {"class_counts.svg", "<svg/>"},
                                                        {"train_samples.json", "[]"},
                                                        {"class_mapping.json", "{}"}}) {
    WriteFile(out() / name, content);
    for (const bool overwrite : {false, true}) {
      publish_.overwrite = overwrite;
      const std::string error = PublishError();
      EXPECT_NE(error.find(std::string(name) + ": "), error.npos) << error;
      EXPECT_EQ(ReadFile(out() / name), content);
      EXPECT_EQ(std::distance(fs::directory_iterator(out()), {}), 1);
    }
    fs::remove(out() / name);
  }
  // Notes are in nobody's way.
  WriteFile(out() / "notes.txt", "x");
  EXPECT_EQ(PublishError(), "");
  EXPECT_EQ(PublishError(), "");
  EXPECT_EQ(ReadFile(out() / "notes.txt"), "x");
}

// Beside a split, too, each file is known by its own content.
TEST_F(SplitFolderTest, FilesOfOthersInASplitAreNeverReplaced) {
  publish_.samples_json = SamplesJson::kYes;
  WriteFile(dir_ / "raw/a/copy.png", TinyPng("raw/a/1.png"));
  Publish();
  publish_.overwrite = true;
  const auto contents = [&] {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(out())) {
      files[entry.path().filename().string()] = ReadFile(entry.path());
    }
    return files;
  };
  const std::map<std::string, std::string> own = contents();
  EXPECT_EQ(own.size(), 13u);
  for (const auto& [name, content] : std::vector<std::pair<std::string, std::string>>{
           {"split.json", "{\"train\": []}"},
           {"split.json", "{\"format_version\": 1}"},
           {"manifest.csv", "id,name\n"},
           {"manifest.csv", "label,path,split\n"},
           {"manifest.csv", ""},
           {"classes.txt", "cat\n"},
           {"classes.txt", "a\n"},
           {"classes.txt", ""},
           {"config.toml", "# of a site\ntitle = 'site'\n"},
           {"rejected.csv", "path,reason,who\n"},
           {"skipped.csv", "path\n"},
           {"duplicates.csv", "path,kind,same_as\n"},
           {"class_counts.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\"/>"},
           {"train_samples.json", "[{\"image_id\": \"a.jpg\", \"label\": 0}]"},
           {"val_samples.json", "[]"},
           {"test_samples.json", "[\n    {\n        \"image_id\": \"a.jpg\""},
           {"class_mapping.json", "{\"0\": \"cat\"}"},
           {"invalid_image_files.json", "[[\"a.jpg\", \"x\"]]"}}) {
    WriteFile(out() / name, content);
    std::map<std::string, std::string> before = own;
    before[name] = content;
    EXPECT_EQ(PublishError(),
              (out() / name).string() + ": is there already and was not written by dsplit; choose another folder")
        << content;
    EXPECT_EQ(contents(), before) << name;
    WriteFile(out() / name, own.at(name));
  }
  // Those that are not asked for are in nobody's way.
  WriteFile(out() / "train_samples.json", "[]");
  publish_.samples_json = SamplesJson::kNo;
  EXPECT_EQ(PublishError(), "");
  EXPECT_EQ(ReadFile(out() / "train_samples.json"), "[]");
  EXPECT_FALSE(fs::exists(out() / "val_samples.json"));
}

TEST_F(SplitFolderTest, KnowsItsClassListBesideACorrectedManifest) {
  Publish();
  publish_.overwrite = true;
  WriteFile(out() / "manifest.csv", "path,label,split\na/1.png,c,train\n");
  WriteFile(out() / "classes.txt", "c\na\nb\n");
  EXPECT_EQ(PublishError(), "");
  WriteFile(out() / "manifest.csv", "path,label,split\na/1.png,c,nowhere\n");
  EXPECT_EQ(PublishError(), "");
  EXPECT_EQ(ReadFile(out() / "classes.txt"), "a\nb\n");
}

// The list would be replaced by what dsplit makes of it.
TEST_F(SplitFolderTest, RefusesAListWhereItsFilesWouldBe) {
  std::string list = "path,label,split\n";
  for (int i = 0; i < 10; ++i) list += "a/" + std::to_string(i) + ".png,a," + (i < 8 ? "train" : "val") + "\n";
  split_.root = dir_ / "raw";
  publish_.overwrite = true;
  for (const char* name : {"manifest.csv", "classes.txt", "config.toml", "split.json", "rejected.csv", "skipped.csv",
                           "duplicates.csv", "class_counts.svg", "train_samples.json", "class_mapping.json"}) {
    WriteFile(out() / name, list);
    fs::create_symlink(out() / name, dir_ / "link.csv");
    fs::create_hard_link(out() / name, dir_ / "same.csv");
    for (const fs::path& source :
         {out() / name, dir_ / "deep/../deep/splits" / name, dir_ / "link.csv", dir_ / "same.csv"}) {
      split_.source = source;
      EXPECT_EQ(PublishError(), "the list " + source.string() + " is where the output's " + name +
                                    " would be; choose another output folder");
      EXPECT_EQ(ReadFile(out() / name), list);
      EXPECT_EQ(std::distance(fs::directory_iterator(out()), {}), 1);
    }
    for (const fs::path& file : {out() / name, dir_ / "link.csv", dir_ / "same.csv"}) fs::remove(file);
  }
  split_.source = out() / "mine.csv";
  WriteFile(split_.source, list);
  EXPECT_EQ(PublishError(), "");
  EXPECT_EQ(ReadFile(out() / "mine.csv"), list);
}

TEST_F(SplitFolderTest, RefusesAListOfPhotosInTheTreesThatItReplaces) {
  publish_.materialize = Materialize::kCopy;
  Publish();
  std::string list = "path,label\n";
  for (const auto& entry : fs::recursive_directory_iterator(out() / "train")) {
    if (entry.path().extension() == ".png") {
      list += entry.path().lexically_relative(dir_ / "deep").string() + "," + "a\n";
    }
  }
  WriteFile(dir_ / "list.csv", list);
  split_.source = dir_ / "list.csv";
  split_.root = dir_ / "deep";
  publish_.overwrite = true;
  for (const Materialize materialize : {Materialize::kCopy, Materialize::kNone}) {
    publish_.materialize = materialize;
    EXPECT_TRUE(PublishError().starts_with("the list names splits/train/a/")) << PublishError();
    EXPECT_NE(PublishError().find(".png, which dsplit made where the output's train would be; choose another"),
              std::string::npos);
    EXPECT_TRUE(fs::exists(out() / "train/a"));
  }
  publish_.folder = dir_ / "other";
  EXPECT_EQ(PublishError(), "");
  // A folder of that name that somebody else made stays as it is.
  publish_.folder = dir_ / "kaggle";
  fs::create_directories(dir_ / "kaggle");
  fs::rename(dir_ / "raw/a", dir_ / "kaggle/train");
  list = "path,label\n";
  for (int i = 0; i < 10; ++i) list += "train/" + std::to_string(i) + ".png,a\n";
  WriteFile(dir_ / "kaggle/train.csv", list);
  split_.source = dir_ / "kaggle/train.csv";
  split_.root.reset();
  EXPECT_EQ(PublishError(), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "kaggle/train"), {}), 10);
  publish_.materialize = Materialize::kCopy;
  EXPECT_NE(PublishError().find("train: is there already and was not made by dsplit"), std::string::npos);
}

TEST_F(SplitFolderTest, TheSecondOfTwoIsToldWhoWrites) {
  fs::create_directories(out());
  const fs::path lock_file = out() / ".dsplit.lock";
  {
    const FileLock lock(lock_file, out());
    for (const bool overwrite : {false, true}) {
      publish_.overwrite = overwrite;
      EXPECT_EQ(PublishError(), out().string() + ": is in use by process " + std::to_string(getpid()) +
                                    "; wait for its end, or stop it");
      EXPECT_EQ(std::distance(fs::directory_iterator(out()), {}), 1);
    }
  }
  WriteFile(lock_file, "77 elsewhere\n");  // as a killed process leaves it
  EXPECT_TRUE(PublishSplit(Report(), publish_).locked);
  EXPECT_FALSE(fs::exists(lock_file));
  split_.seed = 2;
  publish_.overwrite = false;
  EXPECT_NE(PublishError(), "");
  EXPECT_FALSE(fs::exists(lock_file));
}

TEST_F(SplitFolderTest, RefusesAnOutputWithinTheRoot) {
  for (const fs::path& folder : {dir_ / "raw", dir_ / "raw/splits", dir_ / "raw/a/../splits", dir_ / "raw/a/x/y"}) {
    publish_.folder = folder;
    EXPECT_NE(PublishError().find("lies within the raw folder"), std::string::npos) << folder;
  }
  publish_.folder = dir_ / "rawer";
  EXPECT_EQ(PublishError(), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "raw"), {}), 2);
}

TEST_F(SplitFolderTest, AFileInTheWayIsAnErrorThatNamesIt) {
  WriteFile(out(), "a file");
  EXPECT_NE(PublishError().find(out().string()), std::string::npos) << PublishError();
  EXPECT_EQ(ReadFile(out()), "a file");
}

TEST_F(SplitFolderTest, AListsOutputMayLieBesideItsImages) {
  WriteFile(dir_ / "raw/list.csv", "a/1.png,a\na/2.png,a\na/3.png,a\na/4.png,a\na/5.png,a\na/6.png,a\n");
  split_.source = dir_ / "raw/list.csv";
  publish_.folder = dir_ / "raw/splits";
  EXPECT_EQ(PublishError(), "");
}

// A folder where config.toml is written first makes the write fail, as a full disk would.
TEST_F(SplitFolderTest, NothingIsCompleteAfterAFailedWrite) {
  Publish();
  fs::create_directory(out() / ".config.toml.incomplete");
  publish_.overwrite = true;
  EXPECT_NE(PublishError(), "");
  EXPECT_FALSE(fs::exists(out() / "split.json"));
}

TEST_F(SplitFolderTest, WritesTheListsOnlyWhereAskedOrNeeded) {
  publish_.samples_json = SamplesJson::kYes;
  WriteFile(dir_ / "raw/a/bad.png", "");
  WriteFile(dir_ / "raw/a/copy.png", TinyPng("raw/a/1.png"));
  Publish();
  EXPECT_EQ(ReadFile(out() / "rejected.csv"), "path,reason\na/bad.png,an empty file\n");
  EXPECT_TRUE(fs::exists(out() / "duplicates.csv"));
  EXPECT_TRUE(fs::exists(out() / "val_samples.json"));
  EXPECT_EQ(LoadSplitInfo(out()).rejected, 1u);
  EXPECT_EQ(LoadSplitInfo(out()).groups, 1u);
  // Nothing of an old split stays.
  fs::remove(dir_ / "raw/a/copy.png");
  publish_.samples_json = SamplesJson::kNo;
  publish_.overwrite = true;
  Publish();
  EXPECT_FALSE(fs::exists(out() / "duplicates.csv"));
  EXPECT_FALSE(fs::exists(out() / "val_samples.json"));
}

// After a second run of split-folders with another seed, 18 of 50 files are in train and in val or test.
TEST_F(SplitFolderTest, TreesOfAnOldSplitAreReplaced) {
  publish_.materialize = Materialize::kHardlink;
  Publish();
  const auto count = [&] {
    size_t files = 0;
    for (const char* split : {"train", "val", "test"}) {
      for (const auto& entry : fs::recursive_directory_iterator(out() / split)) {
        files += entry.is_regular_file() && entry.path().extension() == ".png" ? 1 : 0;
      }
    }
    return files;
  };
  EXPECT_EQ(count(), 20u);
  split_.seed = 2;
  publish_.overwrite = true;
  Publish();
  EXPECT_EQ(count(), 20u);
  publish_.overwrite = false;
  fs::remove_all(out() / "val");
  EXPECT_FALSE(Publish());
  EXPECT_EQ(count(), 20u);
  split_.seed = 3;
  publish_.overwrite = true;
  publish_.materialize = Materialize::kNone;
  Publish();
  EXPECT_FALSE(fs::exists(out() / "train"));
}

TEST_F(SplitFolderTest, APictureThatAPersonPutIntoATreeIsNotRemoved) {
  publish_.materialize = Materialize::kHardlink;
  Publish();
  WriteFile(out() / "train/a/mine.png", "x");
  publish_.overwrite = true;
  for (const Materialize materialize : {Materialize::kCopy, Materialize::kNone}) {
    publish_.materialize = materialize;
    const std::string error = PublishError();
    EXPECT_NE(error.find("train: holds a/mine.png, which is none of its own files"), error.npos) << error;
    EXPECT_EQ(ReadFile(out() / "train/a/mine.png"), "x");
    EXPECT_TRUE(fs::exists(out() / "split.json"));
  }
  fs::remove(out() / "train/a/mine.png");
  EXPECT_EQ(PublishError(), "");
  EXPECT_FALSE(fs::exists(out() / "train"));
}

TEST_F(SplitFolderTest, ATreeThatCannotBeMadeLeavesTheOldSplit) {
  Publish();
  const std::string manifest = ReadFile(out() / "manifest.csv"), info = ReadFile(out() / "split.json");
  WriteFile(out() / "train/mine.txt", "x");
  split_.seed = 2;
  publish_.overwrite = true;
  publish_.materialize = Materialize::kCopy;
  EXPECT_NE(PublishError().find("was not made by dsplit"), std::string::npos);
  EXPECT_EQ(ReadFile(out() / "manifest.csv"), manifest);
  EXPECT_EQ(ReadFile(out() / "split.json"), info);
  EXPECT_EQ(ReadFile(out() / "train/mine.txt"), "x");
}

TEST_F(SplitFolderTest, RefusesPhotosWhereATreeWouldBe) {
  publish_.folder = dir_.path();
  fs::rename(dir_ / "raw", dir_ / "train");
  split_.source = dir_ / "train";
  EXPECT_NE(PublishError().find("lies where the output's train would be"), std::string::npos) << PublishError();
}

}  // namespace
}  // namespace dataset
