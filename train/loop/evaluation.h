#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace train {

struct ClassScore {
  double precision = 0;  // 0 where nothing was predicted so
  double recall = 0;     // 0 where there is no sample
  double f1 = 0;         // 2 p r / (p + r), 0 if both are
  uint64_t support = 0;  // samples of the class
};

// counts[truth][predicted].
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(size_t classes) : counts_(classes, std::vector<uint64_t>(classes)) {}

  void Add(size_t truth, size_t predicted) { ++counts_[truth][predicted]; }

  const std::vector<std::vector<uint64_t>>& counts() const { return counts_; }
  uint64_t total() const;
  double accuracy() const;  // 0 without samples
  std::vector<ClassScore> scores() const;
  double macro_f1() const;  // mean over the classes that have samples or predictions (scikit-learn's)

 private:
  std::vector<std::vector<uint64_t>> counts_;
};

struct Prediction {
  uint32_t id = 0;  // sample id
  uint32_t label = 0;
  uint32_t predicted = 0;
  std::vector<float> probabilities;
};

struct Evaluation {
  explicit Evaluation(size_t classes) : confusion(classes) {}
  ConfusionMatrix confusion;
  double loss = 0;                      // mean cross entropy, without label smoothing
  std::vector<Prediction> predictions;  // in the split's order
};

// evaluation.json: accuracy, macro_f1, loss, samples, per_class (name -> precision, recall, f1, support), classes,
// confusion, dataset_fingerprint.
std::string EvaluationJson(const Evaluation& evaluation, const std::vector<std::string>& classes,
                           const std::string& dataset_fingerprint);

}  // namespace train
