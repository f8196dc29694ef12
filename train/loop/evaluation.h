#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace train {

struct ClassScore {
  double precision = 0;  // 0 if the class was never predicted
  double recall = 0;     // 0 if the class has no samples
  double f1 = 0;         // 2 * precision * recall / (precision + recall); 0 if both are 0
  uint64_t support = 0;  // samples of the class
};

// Precision, recall and F1 as means over the classes that have samples or predictions, as scikit-learn's
// average="macro" with zero_division=0; 0 without any.
struct MacroScore {
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};

// Counts samples of each class: its own, those predicted as it, and those of both. Its memory grows with the classes
// alone.
class ClassTally {
 public:
  explicit ClassTally(size_t classes) : support_(classes), predicted_(classes), right_(classes) {}

  void Add(size_t truth, size_t predicted, uint64_t samples = 1);

  std::vector<ClassScore> scores() const;
  MacroScore macro() const;
  const std::vector<uint64_t>& support() const { return support_; }      // samples of each class
  const std::vector<uint64_t>& predicted() const { return predicted_; }  // samples that got it

 private:
  std::vector<uint64_t> support_, predicted_, right_;
};

// Counts samples by true and predicted class: counts()[truth][predicted].
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(size_t classes) : counts_(classes, std::vector<uint64_t>(classes)) {}

  void Add(size_t truth, size_t predicted) { ++counts_[truth][predicted]; }

  const std::vector<std::vector<uint64_t>>& counts() const { return counts_; }
  uint64_t total() const;
  double accuracy() const;  // 0 without samples
  std::vector<ClassScore> scores() const { return tally().scores(); }
  double macro_f1() const { return tally().macro().f1; }

 private:
  ClassTally tally() const;

  std::vector<std::vector<uint64_t>> counts_;
};

struct Prediction {
  uint32_t id = 0;                   // sample id
  uint32_t label = 0;                // true class
  uint32_t predicted = 0;            // class with the highest probability
  std::vector<float> probabilities;  // one per class
};

struct Evaluation {
  explicit Evaluation(size_t classes) : confusion(classes) {}
  ConfusionMatrix confusion;
  double loss = 0;                      // mean cross entropy, without label smoothing
  std::vector<Prediction> predictions;  // in the order of the split
};

// How predictions.csv begins; a column for each class's probability follows.
inline constexpr std::string_view kPredictionColumns = "path,label,predicted,probability";

// How evaluation.json begins.
inline constexpr std::string_view kEvaluationBegin = "{\n  \"accuracy\": ";

// What an evaluation is of.
struct EvaluationSubject {
  std::string dataset_fingerprint;
  std::string dataset_content;
  std::string split;
  std::string weights_sha256;                  // of the weights file
  std::map<std::string, std::string> renames;  // new names of the dataset's classes, by their own; only those applied
};

// Returns the content of evaluation.json: accuracy, macro_f1, loss, samples, left_out (unreadable samples of the
// split), dataset_fingerprint, finished, per_class (name -> precision, recall, f1, support), classes, confusion, and
// the other fields of the subject.
std::string EvaluationJson(const Evaluation& evaluation, const std::vector<std::string>& classes,
                           const EvaluationSubject& subject, uint64_t left_out, bool finished);

}  // namespace train
