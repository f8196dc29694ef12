#include "train/loop/evaluation.h"

#include <nlohmann/json.hpp>

namespace train {

void ClassTally::Add(size_t truth, size_t predicted, uint64_t samples) {
  support_[truth] += samples;
  predicted_[predicted] += samples;
  if (truth == predicted) right_[truth] += samples;
}

std::vector<ClassScore> ClassTally::scores() const {
  std::vector<ClassScore> scores(support_.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    ClassScore& score = scores[i];
    score.support = support_[i];
    const double right = static_cast<double>(right_[i]);
    if (predicted_[i] > 0) score.precision = right / static_cast<double>(predicted_[i]);
    if (score.support > 0) score.recall = right / static_cast<double>(score.support);
    const double sum = score.precision + score.recall;
    if (sum > 0) score.f1 = 2 * score.precision * score.recall / sum;
  }
  return scores;
}

MacroScore ClassTally::macro() const {
  MacroScore sum;
  size_t present = 0;
  const std::vector<ClassScore> all = scores();
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].support + predicted_[i] == 0) continue;
    sum.precision += all[i].precision;
    sum.recall += all[i].recall;
    sum.f1 += all[i].f1;
    ++present;
  }
  const double count = present == 0 ? 1 : static_cast<double>(present);
  return {sum.precision / count, sum.recall / count, sum.f1 / count};
}

uint64_t ConfusionMatrix::total() const {
  uint64_t sum = 0;
  for (const auto& row : counts_) {
    for (const uint64_t count : row) sum += count;
  }
  return sum;
}

double ConfusionMatrix::accuracy() const {
  uint64_t right = 0;
  for (size_t i = 0; i < counts_.size(); ++i) right += counts_[i][i];
  const uint64_t all = total();
  return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
}

ClassTally ConfusionMatrix::tally() const {
  ClassTally tally(counts_.size());
  for (size_t i = 0; i < counts_.size(); ++i) {
    for (size_t j = 0; j < counts_.size(); ++j) tally.Add(i, j, counts_[i][j]);
  }
  return tally;
}

std::string EvaluationJson(const Evaluation& evaluation, const std::vector<std::string>& classes,
                           const EvaluationSubject& subject, uint64_t left_out, bool finished) {
  nlohmann::ordered_json json;
  json["accuracy"] = evaluation.confusion.accuracy();
  json["macro_f1"] = evaluation.confusion.macro_f1();
  json["loss"] = evaluation.loss;
  json["samples"] = evaluation.confusion.total();
  json["left_out"] = left_out;
  json["dataset_fingerprint"] = subject.dataset_fingerprint;
  json["finished"] = finished;
  json["per_class"] = nlohmann::ordered_json::object();
  const std::vector<ClassScore> scores = evaluation.confusion.scores();
  for (size_t i = 0; i < classes.size(); ++i) {
    json["per_class"][classes[i]] = {{"precision", scores[i].precision},
                                     {"recall", scores[i].recall},
                                     {"f1", scores[i].f1},
                                     {"support", scores[i].support}};
  }
  json["classes"] = classes;
  json["confusion"] = evaluation.confusion.counts();
  json["dataset_content"] = subject.dataset_content;
  json["split"] = subject.split;
  json["weights_sha256"] = subject.weights_sha256;
  if (!subject.renames.empty()) json["renames"] = subject.renames;
  return json.dump(2) + "\n";
}

}  // namespace train
