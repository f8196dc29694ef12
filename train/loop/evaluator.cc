#include "train/loop/evaluator.h"

#include <algorithm>
#include <cmath>

#include "dataset/base/error.h"
#include "train/loop/feature_pass.h"

namespace train {

using torch::Tensor;

Evaluator::Evaluator(Classifier& model, const Compute& compute, const Normalization& normalization, BatchStream stream,
                     int classes, Loss loss)
    : model_(model),
      compute_(compute),
      extractor_(model, compute, normalization),
      stream_(std::move(stream)),
      classes_(classes),
      loss_(loss) {}

void Evaluator::Score(const BatchFeatures& features, const Use& use) {
  Tensor logits;
  {
    const AutocastScope autocast(compute_);
    logits = model_.Head(features.values);
  }
  const Tensor log_probabilities = LogProbabilities(loss_, logits).to(torch::kCPU, torch::kFloat32).contiguous();
  const float* row = log_probabilities.data_ptr<float>();
  for (size_t i = 0; i < features.ids.size(); ++i, row += classes_) {
    const auto predicted = static_cast<uint32_t>(std::max_element(row, row + classes_) - row);
    const auto label = static_cast<uint32_t>(features.labels[i]);
    use(features.ids[i], class_of_label_.empty() ? label : class_of_label_[label], row, predicted);
  }
}

bool Evaluator::ForEachBatch(const std::function<bool()>& stop, const std::function<void(int)>& advance,
                             const std::function<void(const BatchFeatures&)>& use) {
  torch::NoGradGuard no_grad;
  model_.SetEvaluating();
  if (cache_.complete()) {
    for (const BatchFeatures& features : cache_.batches()) use(features);
    return true;
  }
  cache_.Restart();
  bool any = false;
  const FeatureView unknown;
  const FeaturePass pass{.extractor = extractor_, .stream = stream_, .view = frozen_ ? view_ : unknown};
  const auto use_and_keep = [&](BatchFeatures features, const Tensor&) {
    any = true;
    use(features);
    cache_.Add(std::move(features));
  };
  if (!ForEachFeatures(pass, stop, advance, use_and_keep)) return false;
  if (!any) throw dataset::Error("none of the pictures to score can be read");
  cache_.Complete();
  return true;
}

bool Evaluator::ForEach(const std::function<bool()>& stop, const std::function<void(int)>& advance, const Use& use) {
  return ForEachBatch(stop, advance, [&](const BatchFeatures& features) { Score(features, use); });
}

std::optional<Evaluation> Evaluator::Run(const std::function<bool()>& stop, const std::function<void(int)>& advance) {
  Evaluation evaluation(static_cast<size_t>(classes_));
  const auto use = [&](uint32_t id, uint32_t label, const float* log_probabilities, uint32_t predicted) {
    if (std::any_of(log_probabilities, log_probabilities + classes_, [](float value) { return std::isnan(value); })) {
      throw dataset::Error("the scores of sample " + std::to_string(id) +
                           " are not finite: the weights are too large to compute with; train again at a smaller "
                           "learning rate");
    }
    Prediction prediction{id, label, predicted, {}};
    for (int c = 0; c < classes_; ++c) prediction.probabilities.push_back(std::exp(log_probabilities[c]));
    evaluation.confusion.Add(label, predicted);
    evaluation.loss -= log_probabilities[label];
    evaluation.predictions.push_back(std::move(prediction));
  };
  if (!ForEach(stop, advance, use)) return std::nullopt;
  if (!evaluation.predictions.empty()) evaluation.loss /= static_cast<double>(evaluation.predictions.size());
  return evaluation;
}

std::optional<Evaluator::Totals> Evaluator::Sum(const std::function<bool()>& stop) {
  Totals totals;
  ClassTally tally(static_cast<size_t>(classes_));
  const auto use = [&](uint32_t, uint32_t label, const float* log_probabilities, uint32_t predicted) {
    ++totals.samples;
    totals.correct += predicted == label;
    tally.Add(label, predicted);
    totals.loss -= log_probabilities[label];
  };
  if (!ForEach(stop, {}, use)) return std::nullopt;
  if (totals.samples > 0) totals.loss /= static_cast<double>(totals.samples);
  totals.macro = tally.macro();
  totals.labelled = tally.support();
  totals.predicted = tally.predicted();
  return totals;
}

}  // namespace train
