#include "dataset/read/dataset_path.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/read/open_dataset.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::TempDir;
using testing::WriteFile;

std::string MessageOf(const std::filesystem::path& path) {
  try {
    OpenDataset(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// What people give instead of a dataset, one step before it or behind it.
TEST(DatasetPathTest, SaysWhatItWasGivenAndWhatComesBefore) {
  const TempDir dir;
  for (const char* file : {"photos/cat/1.jpg", "deep/train/cat/1.PNG", "splits/manifest.csv", "splits/split.json",
                           "p.ds/dataset.json", "list.CSV", "list.jsonl", "1.jpeg", "run/model.json",
                           "run/weights.safetensors", "other/notes.md", "broken.tfrecord"}) {
    WriteFile(dir / file, "x");
  }
  const struct {
    const char* path;
    const char* message;
  } cases[] = {
      {"photos", "is a folder of pictures, not a dataset; dsplit makes a split of it, and dscompile"},
      {"photos/", "is a folder of pictures"},
      {"photos/cat", "is a folder of pictures"},
      {"deep", "is a folder of pictures"},
      {"splits", "holds a split, not a dataset; dscompile makes one of its manifest.csv"},
      {"splits/manifest.csv", "is the manifest of a split; dscompile makes a dataset of it"},
      {"list.CSV", "is a list, not a dataset; dsplit makes a split"},
      {"list.jsonl", "is a list, not a dataset"},
      {"splits/split.json", "is a list, not a dataset"},
      {"p.ds/dataset.json", "is the index of a dataset; give its folder, "},
      {"1.jpeg", "is a picture, not a dataset"},
      {"run", "is a run of dtrain, not a dataset"},
      {"absent", "there is no such file or folder; dscompile makes a dataset"},
      {"absent/dataset.json", "there is no such file or folder"},
  };
  for (const auto& test : cases) {
    const std::filesystem::path path = dir / test.path;
    const std::string message = MessageOf(path);
    EXPECT_TRUE(message.starts_with(path.string() + ": " + test.message)) << message;
  }
  for (const char* path : {"other", "absent-*", "broken.tfrecord"}) {
    RefuseOtherPaths(dir / path);
    EXPECT_THROW(OpenDataset(dir / path), Error) << path;
  }
}

}  // namespace
}  // namespace dataset
