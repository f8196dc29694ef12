#include "dataset/inspect/dataset_diff.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "dataset/sample/store.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/dataset/read/foreign_file.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::ForeignExample;
using testing::TempDir;
using testing::Text;
using testing::WriteFile;
using Lines = std::vector<std::string>;

DatasetDiff Diff(const fs::path& a, const fs::path& b) {
  NoProgress progress;
  return DiffDatasets(a, b, progress);
}

class DatasetDiffTest : public ::testing::Test {
 protected:
  DatasetDiffTest() {
    testing::MakeImageFolder(dir_ / "raw", 2, 8, 24);
    options_ = testing::TinyOptions(dir_.path());
    testing::Compile(options_);
  }

  // Compiles FOLDER/raw once more with a changed manifest and options, and compares.
  DatasetDiff DiffWith(
      const std::function<void(Manifest*)>& change_manifest,
      const std::function<void(CompileOptions*)>& change_options = [](CompileOptions*) {}) {
    Manifest manifest = testing::ManifestOf(dir_.path());
    change_manifest(&manifest);
    WriteFile(dir_ / "other/manifest.csv", FormatManifest(manifest));
    CompileOptions options = options_;
    options.manifest = dir_ / "other/manifest.csv";
    options.output = dir_ / "other.ds";
    options.existing = ExistingOutput::kOverwrite;
    change_options(&options);
    testing::Compile(options);
    return Diff(dir_ / "out.ds", dir_ / "other.ds");
  }

  const TempDir dir_;
  CompileOptions options_;
};

bool Has(const Lines& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

TEST_F(DatasetDiffTest, ADatasetIsEqualToItsCopy) {
  fs::copy(dir_ / "out.ds", dir_ / "copy.ds");
  EXPECT_TRUE(Diff(dir_ / "out.ds", dir_ / "copy.ds").Equal());
  EXPECT_TRUE(DiffWith([](Manifest*) {}).Equal());
}

TEST_F(DatasetDiffTest, SamplesOnOneSideOnly) {
  const DatasetDiff diff = DiffWith([](Manifest* manifest) { manifest->entries.erase(manifest->entries.begin()); });
  EXPECT_EQ(diff.only_a, Lines{"train/class_a/img_0000.jpg"});
  EXPECT_TRUE(diff.only_b.empty());
  EXPECT_TRUE(diff.changed.empty());
  EXPECT_TRUE(Has(diff.facts, "split train, class class_a: 4 -> 3"));
  EXPECT_TRUE(Has(diff.facts, "split train, records: 8 -> 7"));
  EXPECT_FALSE(diff.Equal());
  const DatasetDiff back = Diff(dir_ / "other.ds", dir_ / "out.ds");
  EXPECT_EQ(back.only_b, diff.only_a);
  EXPECT_TRUE(back.only_a.empty());
}

TEST_F(DatasetDiffTest, MovedBetweenSplits) {
  const DatasetDiff diff = DiffWith([](Manifest* manifest) {
    manifest->entries[0].split = Split::kVal;
    manifest->entries[2].split = Split::kTrain;
  });
  EXPECT_EQ(diff.moved, (Lines{"class_a/img_0000.jpg: train -> val", "class_a/img_0002.jpg: val -> train"}));
  EXPECT_TRUE(diff.only_a.empty() && diff.only_b.empty() && diff.changed.empty() && diff.relabelled.empty());
}

TEST_F(DatasetDiffTest, AnotherClassOrContent) {
  testing::WriteFile(dir_ / "raw/class_b/img_0007.jpg", testing::Jpeg(99));
  const DatasetDiff diff = DiffWith([](Manifest* manifest) { manifest->entries[3].label = "class_b"; });
  EXPECT_EQ(diff.relabelled, Lines{"class_a/img_0003.jpg: class_a -> class_b"});
  EXPECT_EQ(diff.changed, Lines{"class_b/img_0007.jpg"});
  EXPECT_TRUE(diff.only_a.empty() && diff.only_b.empty() && diff.moved.empty());
}

TEST_F(DatasetDiffTest, OptionsClassesAndOrder) {
  const DatasetDiff resized = DiffWith(
      [](Manifest*) {}, [](CompileOptions* options) { options->box_fit.width = options->box_fit.height = 16; });
  EXPECT_TRUE(Has(resized.facts, "resize: 0 -> 16"));
  EXPECT_EQ(resized.changed.size(), 16u);

  const DatasetDiff seeded = DiffWith([](Manifest*) {}, [](CompileOptions* options) { options->seed = 5; });
  EXPECT_TRUE(Has(seeded.facts, "seed: 0 -> 5"));
  EXPECT_NE(seeded.facts.back().find("order: "), std::string::npos);
  EXPECT_TRUE(seeded.changed.empty());

  const DatasetDiff store = DiffWith([](Manifest*) {}, [](CompileOptions* options) { options->store = Store::kRaw; });
  EXPECT_TRUE(Has(store.facts, "store: compressed -> raw"));
  EXPECT_TRUE(Has(store.facts, "quality: 95 -> none"));

  const DatasetDiff renamed = DiffWith([](Manifest* manifest) {
    for (ManifestEntry& entry : manifest->entries) {
      if (entry.label == "class_b") entry.label = "another";
    }
  });
  EXPECT_TRUE(Has(renamed.facts, "class class_b: only in A"));
  EXPECT_TRUE(Has(renamed.facts, "class another: only in B"));
  EXPECT_EQ(renamed.relabelled.size(), 8u);
  EXPECT_TRUE(renamed.changed.empty());

  WriteFile(dir_ / "other/classes.txt", "class_b\nclass_a\n");
  const DatasetDiff renumbered = DiffWith([](Manifest*) {});
  EXPECT_TRUE(Has(renumbered.facts, "classes: the same in another order"));
  EXPECT_TRUE(renumbered.changed.empty() && renumbered.relabelled.empty());
}

TEST_F(DatasetDiffTest, FilesOfAnyOrigin) {
  const fs::path a = dir_ / "a", b = dir_ / "b";
  const Example cat = ForeignExample("cat", 0), dog = ForeignExample("dog", 1), cow = ForeignExample("cow", 2);
  testing::WriteExamples(a, {cat, dog, cat});
  EXPECT_TRUE(Diff(a, a).Equal());
  testing::WriteExamples(b, {dog, cat, cat});
  EXPECT_EQ(Diff(a, b).facts, Lines{"order: 2 records have another place"});
  testing::WriteExamples(b, {cat, cow});
  const DatasetDiff diff = Diff(a, b);
  EXPECT_EQ(diff.only_a.size(), 2u);
  EXPECT_EQ(diff.only_b, Lines{"record 1"});
  testing::WriteExamples(b, {cat, ForeignExample("dog", 7), cat});
  EXPECT_EQ(Diff(a, b).relabelled, Lines{"record 1: 1 -> 7"});
  // An equal class name does not hide a different label.
  Example named_1 = dog, named_2 = ForeignExample("dog", 2);
  named_1["image/class/text"] = named_2["image/class/text"] = Text("hound");
  testing::WriteExamples(a, {named_1});
  testing::WriteExamples(b, {named_2});
  EXPECT_EQ(Diff(a, b).relabelled, Lines{"record 0: 1 hound -> 2 hound"});
  testing::WriteExamples(a, {cat, dog, cat});
  // Features other than image, name and class count too.
  Example sized = dog;
  sized["image/height"] = std::vector<int64_t>{3};
  testing::WriteExamples(b, {cat, sized, cat});
  EXPECT_FALSE(Diff(a, b).Equal());

  for (const auto& [path, payload] : {std::pair(a, "\xff\xff"), std::pair(b, "\xff\xfe")}) {
    RecordWriter writer(path);
    writer.Write(payload);
    writer.Close(Sync::kNo);
  }
  EXPECT_TRUE(Diff(a, a).Equal());
  EXPECT_EQ(Diff(a, b).only_b, Lines{"record 0"});
}

TEST_F(DatasetDiffTest, NamesAreMadePrintable) {
  const fs::path a = dir_ / "a", b = dir_ / "b";
  Example evil = ForeignExample("x", 0);
  evil["image/filename"] = Text("\x1b[2J\n");
  testing::WriteExamples(a, {evil});
  testing::WriteExamples(b, {});
  EXPECT_EQ(Diff(a, b).only_a, Lines{"\\x1b[2J\\x0a"});
}

TEST_F(DatasetDiffTest, ManyRecordsOfOneNameArePairedInTurn) {
  std::vector<Example> examples;
  for (int i = 0; i < 2000; ++i) {
    examples.push_back(ForeignExample(std::to_string(i % 7), 0));
    examples.back()["image/filename"] = Text("same");
  }
  testing::WriteExamples(dir_ / "a", examples);
  EXPECT_TRUE(Diff(dir_ / "a", dir_ / "a").Equal());
  examples.pop_back();
  testing::WriteExamples(dir_ / "b", examples);
  EXPECT_EQ(Diff(dir_ / "a", dir_ / "b").only_a, Lines{"same"});
}

TEST_F(DatasetDiffTest, RefusesAFolderAndAFileAndDamage) {
  testing::WriteExamples(dir_ / "a", {ForeignExample("cat", 0)});
  EXPECT_THROW(Diff(dir_ / "a", dir_ / "out.ds"), Error);
  EXPECT_THROW(Diff(dir_ / "a", dir_ / "absent"), Error);
  EXPECT_THROW(Diff(dir_ / "raw", dir_ / "out.ds"), Error);
  WriteFile(dir_ / "b", ReadFile(dir_ / "a") + "x");
  EXPECT_THROW(Diff(dir_ / "a", dir_ / "b"), Error);
}

}  // namespace
}  // namespace dataset
