#include "train/loop/evaluator.h"

#include <algorithm>
#include <cmath>

#include "train/network/idle_threads.h"

namespace train {

using torch::Tensor;

Evaluator::Evaluator(Classifier& model, const Compute& compute, const Normalization& normalization, BatchStream stream,
                     int classes, Loss loss)
    : model_(model),
      compute_(compute),
      mover_(compute, normalization),
      stream_(std::move(stream)),
      classes_(classes),
      loss_(loss) {}

BatchFeatures Evaluator::Extract(const dataset::Batch& batch) {
  const BatchMover::Result input = mover_.Move(batch);
  const AutocastScope autocast(compute_);
  return {model_.Features(input.pixels),
          {batch.labels.begin(), batch.labels.begin() + batch.valid},
          {batch.ids.begin(), batch.ids.begin() + batch.valid}};
}

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

// Returns false if `stop` ended it.
bool Evaluator::ForEach(const std::function<bool()>& stop, const std::function<void(int)>& advance, const Use& use) {
  torch::NoGradGuard no_grad;
  model_.SetEvaluating();
  if (cache_.complete()) {
    for (const BatchFeatures& features : cache_.batches()) Score(features, use);
    return true;
  }
  cache_.Restart();
  const auto source = stream_.open(0, 0);
  while (const dataset::BatchLease batch = source->Next()) {
    AdaptIdleThreads();
    BatchFeatures features = Extract(*batch);
    Score(features, use);
    if (advance) advance(batch->valid);
    if (stop && stop()) return false;
    cache_.Add(std::move(features));
  }
  cache_.Complete();
  return true;
}

std::optional<Evaluation> Evaluator::Run(const std::function<bool()>& stop, const std::function<void(int)>& advance) {
  Evaluation evaluation(static_cast<size_t>(classes_));
  const auto use = [&](uint32_t id, uint32_t label, const float* log_probabilities, uint32_t predicted) {
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
  const auto use = [&](uint32_t, uint32_t label, const float* log_probabilities, uint32_t predicted) {
    ++totals.samples;
    totals.correct += predicted == label;
    totals.loss -= log_probabilities[label];
  };
  if (!ForEach(stop, {}, use)) return std::nullopt;
  if (totals.samples > 0) totals.loss /= static_cast<double>(totals.samples);
  return totals;
}

}  // namespace train
