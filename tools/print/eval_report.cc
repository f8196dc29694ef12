#include "tools/print/eval_report.h"

#include <algorithm>
#include <cstdio>

#include "dataset/base/utf8.h"
#include "tools/cli/table.h"

namespace cli {

namespace {

constexpr size_t kListed = 5;             // names in a line
constexpr size_t kMaxMatrixClasses = 30;  // a larger matrix does not fit a screen; evaluation.json has it

std::string Score(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4f", value);
  return text;
}

std::string ClassTable(const train::ConfusionMatrix& confusion, const std::vector<std::string>& classes) {
  std::vector<std::vector<std::string>> rows = {{"class", "precision", "recall", "F1", "images"}};
  const std::vector<train::ClassScore> scores = confusion.scores();
  for (size_t i = 0; i < classes.size(); ++i) {
    rows.push_back({classes[i], Score(scores[i].precision), Score(scores[i].recall), Score(scores[i].f1),
                    std::to_string(scores[i].support)});
  }
  return FormatTable(rows);
}

std::string MatrixTable(const train::ConfusionMatrix& confusion, const std::vector<std::string>& classes) {
  std::vector<std::vector<std::string>> rows = {{"truth \\ predicted"}};
  for (size_t i = 0; i < classes.size(); ++i) rows[0].push_back(std::to_string(i));
  for (size_t i = 0; i < classes.size(); ++i) {
    std::vector<std::string> row = {std::to_string(i) + " " + classes[i]};
    for (const uint64_t count : confusion.counts()[i]) row.push_back(std::to_string(count));
    rows.push_back(std::move(row));
  }
  return FormatTable(rows);
}

}  // namespace

std::string FormatEvaluation(const train::Evaluation& evaluation, const std::vector<std::string>& classes) {
  const train::ConfusionMatrix& confusion = evaluation.confusion;
  std::string text = ClassTable(confusion, classes) + "\n";
  if (classes.size() <= kMaxMatrixClasses) text += MatrixTable(confusion, classes) + "\n";
  text += "accuracy " + Score(confusion.accuracy()) + "  macro F1 " + Score(confusion.macro_f1()) + "  loss " +
          Score(evaluation.loss) + "  images " + std::to_string(confusion.total()) + "\n";
  return text;
}

std::string FormatAbsent(const train::EvaluationRunResult& result) {
  const size_t count = result.absent.size();
  std::string text =
      "no pictures of " + std::to_string(count) + " of " + std::to_string(result.classes.size()) + " classes: ";
  for (size_t i = 0; i < std::min(count, kListed); ++i)
    text += (i == 0 ? "" : ", ") + dataset::Printable(result.absent[i]);
  if (count > kListed) text += " and " + std::to_string(count - kListed) + " more";
  return text;
}

}  // namespace cli
