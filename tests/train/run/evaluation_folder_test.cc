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

const EvaluationSubject kNew = {
    .dataset_fingerprint = "new", .dataset_content = "photos", .split = "test", .weights_sha256 = "w", .renames = {}};

std::string Json(const EvaluationSubject& subject) {
  return EvaluationJson(Evaluation(2), {"a", "b"}, subject, 0, true);
}
const std::string kCsv = std::string(kPredictionColumns) + ",a,b\n";

std::string CauseOf(const fs::path& path, ExistingOutput existing, FolderOwner owner = FolderOwner::kAnyone,
                    const EvaluationSubject& subject = kNew) {
  try {
    EvaluationFolder(path, owner, subject, existing);
  } catch (const dataset::Error& error) {
    return error.what();
  }
  return "";
}

TEST(EvaluationFolderTest, IsMadeAtOnceAndRemovedIfNothingComes) {
  const TempDir dir;
  {
    const EvaluationFolder folder(dir / "eval/test", FolderOwner::kRun, kNew, ExistingOutput::kRefuse);
    EXPECT_TRUE(fs::is_directory(dir / "eval/test"));
    EXPECT_NE(CauseOf(dir / "eval/test", ExistingOutput::kOverwrite).find("is in use by process "), std::string::npos);
  }
  EXPECT_TRUE(fs::is_empty(dir.path()));
  {
    const EvaluationFolder folder(dir / "eval/test", FolderOwner::kRun, kNew, ExistingOutput::kRefuse);
    folder.Publish(kCsv, Json(kNew), dataset::Sync::kNo);
  }
  EXPECT_EQ(dataset::ReadFile(dir / "eval/test/evaluation.json"), Json(kNew));
  EXPECT_EQ(dataset::ReadFile(dir / "eval/test/predictions.csv"), kCsv);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "eval/test"), {}), 2);
}

TEST(EvaluationFolderTest, ResultsOfSomethingElseAreReplacedOnlyOnDemand) {
  const TempDir dir;
  WriteFile(dir / "evaluation.json", Json(kNew));
  WriteFile(dir / "predictions.csv", kCsv);
  EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse), "");
  struct Other {
    void (*change)(EvaluationSubject&);
    const char* what;
    bool in_run = true;
  };
  for (const auto& [change, what, in_run] :
       {Other{[](EvaluationSubject& s) { s.dataset_fingerprint = "old"; }, "another dataset"},
        Other{[](EvaluationSubject& s) { s.dataset_content = "others"; }, "other photos under the same names"},
        Other{[](EvaluationSubject& s) { s.split = "val"; }, "split val"},
        Other{[](EvaluationSubject& s) { s.weights_sha256 = "v"; }, "other weights", false},
        Other{[](EvaluationSubject& s) {
                s.renames = {{"tabby", "a"}};
              },
              "other renames of classes (`map`)"}}) {
    EvaluationSubject other = kNew;
    change(other);
    WriteFile(dir / "evaluation.json", Json(other));
    const std::string message = dir.path().string() + ": holds the results of " + what +
                                "; `overwrite` replaces them, `output` names another folder";
    EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse), message);
    EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse, FolderOwner::kRun), in_run ? message : "");
    for (const FolderOwner owner : {FolderOwner::kRun, FolderOwner::kAnyone}) {
      EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kOverwrite, owner), "");
      EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse, owner, other), "") << "the same again";
    }
    if (other.renames.empty()) continue;
    WriteFile(dir / "evaluation.json", Json(kNew));
    EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse, FolderOwner::kRun, other), message);
    other.renames["tabby"] = "b";
    WriteFile(dir / "evaluation.json", Json(other));
    EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse, FolderOwner::kRun), message);
  }
}

TEST(EvaluationFolderTest, WhatOlderResultsDoNotTellIsNotCompared) {
  const TempDir dir;
  WriteFile(dir / "evaluation.json", R"({"dataset_fingerprint": "new", "confusion": []})");
  EvaluationSubject renamed = kNew;
  renamed.renames = {{"tabby", "a"}};
  for (const EvaluationSubject& subject : {kNew, renamed}) {
    EXPECT_EQ(CauseOf(dir.path(), ExistingOutput::kRefuse, FolderOwner::kAnyone, subject), "");
  }
  WriteFile(dir / "evaluation.json", R"({"dataset_fingerprint": "old", "confusion": []})");
  EXPECT_NE(CauseOf(dir.path(), ExistingOutput::kRefuse).find("another dataset"), std::string::npos);
}

TEST(EvaluationFolderTest, FilesOfOthersAreNeverReplaced) {
  for (const auto& [name, content] : std::vector<std::pair<const char*, const char*>>{
           {"evaluation.json", ""},
           {"evaluation.json", "text"},
           {"evaluation.json", "[]"},
           {"evaluation.json", R"({"accuracy": 1})"},
           {"evaluation.json", R"({"dataset_fingerprint": 3, "confusion": []})"},
           {"evaluation.json", R"({"dataset_fingerprint": "new", "dataset_content": [], "confusion": []})"},
           {"evaluation.json", R"({"dataset_fingerprint": "new", "weights_sha256": 1, "confusion": []})"},
           {"evaluation.json",
            R"({"dataset_fingerprint": "new", "weights_sha256": "w", "renames": [1], "confusion": []})"},
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
