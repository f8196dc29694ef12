#include "train/run/evaluation_folder.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"
#include "train/loop/evaluation.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using dataset::ExistingOutput;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;

std::string Json(const std::string& fingerprint) {
  return EvaluationJson(Evaluation(2), {"a", "b"}, fingerprint, 0, true);
}
const std::string kCsv = std::string(kPredictionColumns) + ",a,b\n";

std::string CauseOf(const fs::path& path, ExistingOutput existing) {
  try {
    EvaluationFolder(path, "new", existing);
  } catch (const dataset::Error& error) {
    return error.what();
  }
  return "";
}

TEST(EvaluationFolderTest, IsMadeAtOnceAndRemovedIfNothingComes) {
  const TempDir dir;
  {
    const EvaluationFolder folder(dir / "eval/test", "new", ExistingOutput::kRefuse);
    EXPECT_TRUE(fs::is_directory(dir / "eval/test"));
    EXPECT_NE(CauseOf(dir / "eval/test", ExistingOutput::kOverwrite).find("is in use by process "), std::string::npos);
  }
  EXPECT_TRUE(fs::is_empty(dir.path()));
  {
    const EvaluationFolder folder(dir / "eval/test", "new", ExistingOutput::kRefuse);
    folder.Publish(kCsv, Json("new"), dataset::Sync::kNo);
  }
  EXPECT_EQ(dataset::ReadFile(dir / "eval/test/evaluation.json"), Json("new"));
  EXPECT_EQ(dataset::ReadFile(dir / "eval/test/predictions.csv"), kCsv);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "eval/test"), {}), 2);
}

TEST(EvaluationFolderTest, ResultsOfAnotherDatasetAreReplacedOnlyOnDemand) {
  const TempDir dir;
  WriteFile(dir / "evaluation.json", Json("new"));
  WriteFile(dir / "predictions.csv", kCsv);
  EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse), "");
  WriteFile(dir / "evaluation.json", Json("old"));
  EXPECT_NE(CauseOf(dir.path(), ExistingOutput::kRefuse).find("holds the results of another dataset; `overwrite`"),
            std::string::npos);
  EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kOverwrite), "");
}

TEST(EvaluationFolderTest, FilesOfOthersAreNeverReplaced) {
  for (const auto& [name, content] : std::vector<std::pair<const char*, const char*>>{
           {"evaluation.json", ""},
           {"evaluation.json", "text"},
           {"evaluation.json", "[]"},
           {"evaluation.json", R"({"accuracy": 1})"},
           {"evaluation.json", R"({"dataset_fingerprint": 3, "confusion": []})"},
           {"predictions.csv", ""},
           {"predictions.csv", "id,prediction\n1,2\n"}}) {
    const TempDir dir;
    WriteFile(dir / name, content);
    for (const ExistingOutput existing : {ExistingOutput::kRefuse, ExistingOutput::kOverwrite}) {
      const std::string cause = CauseOf(dir.path(), existing);
      EXPECT_NE(cause.find(std::string(name) + ": was not written by deval"), cause.npos) << cause;
    }
  }
}

TEST(EvaluationFolderTest, AFolderThatCannotBeMadeIsNamed) {
  const TempDir dir;
  WriteFile(dir / "file", "x");
  EXPECT_NE(CauseOf(dir / "file/test", ExistingOutput::kRefuse).find("file/test: cannot create"), std::string::npos);
  EXPECT_NE(CauseOf(dir / "file", ExistingOutput::kRefuse).find("file"), std::string::npos);
}

}  // namespace
}  // namespace train
