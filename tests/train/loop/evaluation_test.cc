#include "train/loop/evaluation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace train {
namespace {

ConfusionMatrix Matrix(const std::vector<std::vector<int>>& counts) {
  ConfusionMatrix matrix(counts.size());
  for (size_t truth = 0; truth < counts.size(); ++truth) {
    for (size_t predicted = 0; predicted < counts.size(); ++predicted) {
      for (int i = 0; i < counts[truth][predicted]; ++i) matrix.Add(truth, predicted);
    }
  }
  return matrix;
}

// The numbers are those of classification_report(digits=6) of scikit-learn 1.2.1 for the same matrix.
TEST(ConfusionMatrixTest, ScoresEqualScikitLearn) {
  const ConfusionMatrix matrix = Matrix({{5, 1, 0}, {2, 3, 1}, {0, 0, 8}});
  const std::vector<ClassScore> scores = matrix.scores();
  EXPECT_NEAR(scores[0].precision, 0.714286, 1e-6);
  EXPECT_NEAR(scores[0].recall, 0.833333, 1e-6);
  EXPECT_NEAR(scores[0].f1, 0.769231, 1e-6);
  EXPECT_EQ(scores[0].support, 6u);
  EXPECT_NEAR(scores[1].f1, 0.600000, 1e-6);
  EXPECT_NEAR(scores[2].f1, 0.941176, 1e-6);
  EXPECT_NEAR(matrix.accuracy(), 0.8, 1e-12);
  EXPECT_NEAR(matrix.macro_f1(), (0.769231 + 0.6 + 0.941176) / 3, 1e-6);
}

TEST(ConfusionMatrixTest, AClassNeverPredictedScoresZero) {
  const ConfusionMatrix matrix = Matrix({{3, 0}, {2, 0}});
  EXPECT_EQ(matrix.scores()[1].precision, 0);
  EXPECT_EQ(matrix.scores()[1].f1, 0);
  EXPECT_NEAR(matrix.macro_f1(), 0.75 / 2, 1e-12);
}

TEST(ConfusionMatrixTest, AnAbsentClassDoesNotCount) {
  const ConfusionMatrix matrix = Matrix({{3, 0, 0}, {0, 2, 0}, {0, 0, 0}});
  EXPECT_EQ(matrix.macro_f1(), 1);
}

TEST(ConfusionMatrixTest, EmptyIsZeroNotNan) {
  const ConfusionMatrix matrix(4);
  EXPECT_EQ(matrix.accuracy(), 0);
  EXPECT_EQ(matrix.macro_f1(), 0);
}

// precision_recall_fscore_support(average="macro", zero_division=0) of scikit-learn counts the classes that are in
// either list: here not the last one.
TEST(ClassTallyTest, MacroScoresEqualScikitLearn) {
  ClassTally tally(4);
  const int truths[] = {0, 0, 0, 1, 1, 2}, predicted[] = {0, 0, 1, 1, 1, 0};
  for (size_t i = 0; i < 6; ++i) tally.Add(static_cast<size_t>(truths[i]), static_cast<size_t>(predicted[i]));
  const MacroScore macro = tally.macro();
  EXPECT_NEAR(macro.precision, (2.0 / 3 + 2.0 / 3 + 0) / 3, 1e-12);
  EXPECT_NEAR(macro.recall, (2.0 / 3 + 1 + 0) / 3, 1e-12);
  EXPECT_NEAR(macro.f1, (2.0 / 3 + 0.8 + 0) / 3, 1e-12);
  EXPECT_EQ(ClassTally(3).macro().f1, 0);
}

TEST(EvaluationTest, JsonHasTheAgreedFields) {
  Evaluation evaluation(2);
  evaluation.confusion = Matrix({{3, 1}, {0, 4}});
  evaluation.loss = 0.25;
  EvaluationSubject subject{"f1", "c1", "val", "w1", {}};
  const auto json = nlohmann::json::parse(EvaluationJson(evaluation, {"cat", "d\"og"}, subject, 3, true));
  EXPECT_EQ(json["left_out"], 3);
  EXPECT_EQ(json["dataset_fingerprint"], "f1");
  EXPECT_EQ(json["dataset_content"], "c1");
  EXPECT_EQ(json["split"], "val");
  EXPECT_EQ(json["weights_sha256"], "w1");
  EXPECT_FALSE(json.contains("renames"));
  EXPECT_EQ(json["accuracy"], 0.875);
  EXPECT_EQ(json["confusion"], (std::vector<std::vector<int>>{{3, 1}, {0, 4}}));
  EXPECT_EQ(json["per_class"]["cat"]["recall"], 0.75);
  EXPECT_EQ(json["per_class"]["d\"og"]["support"], 4);
  EXPECT_EQ(json["samples"], 8);
  EXPECT_GT(json["macro_f1"], 0.87);
  subject.renames = {{"tabby", "cat"}};
  const auto renamed = nlohmann::json::parse(EvaluationJson(evaluation, {"cat", "d\"og"}, subject, 3, true));
  EXPECT_EQ(renamed["renames"], nlohmann::json({{"tabby", "cat"}}));
}

}  // namespace
}  // namespace train
