#include "train/evaluator.h"

namespace train {

using torch::Tensor;

namespace {

constexpr size_t kMaxKeptBytes = size_t{512} << 20;

}  // namespace

Evaluator::Evaluator(Classifier& model, const Compute& compute, const Normalization& normalization, BatchStream stream,
                     int classes)
    : model_(model), compute_(compute), mover_(compute, normalization), stream_(std::move(stream)), classes_(classes) {}

void Evaluator::SetBackboneFrozen(bool frozen) {
  frozen_ = frozen;
  kept_all_ = false;
  kept_.clear();
}

Evaluator::Features Evaluator::Extract(const dataset::Batch& batch) {
  const BatchMover::Result input = mover_.Move(batch);
  const AutocastScope autocast(compute_);
  return {model_.Features(input.pixels),
          {batch.labels.begin(), batch.labels.begin() + batch.valid},
          {batch.ids.begin(), batch.ids.begin() + batch.valid}};
}

void Evaluator::Score(const Features& features, Evaluation* evaluation) {
  Tensor logits;
  {
    const AutocastScope autocast(compute_);
    logits = model_.Head(features.values);
  }
  const Tensor log_probabilities = torch::log_softmax(logits, 1).to(torch::kCPU, torch::kFloat32).contiguous();
  const auto values = log_probabilities.accessor<float, 2>();
  for (int64_t i = 0; i < log_probabilities.size(0); ++i) {
    Prediction prediction;
    prediction.id = features.ids[i];
    prediction.label = static_cast<uint32_t>(features.labels[i]);
    for (int64_t c = 0; c < classes_; ++c) {
      prediction.probabilities.push_back(std::exp(values[i][c]));
      if (values[i][c] > values[i][prediction.predicted]) prediction.predicted = static_cast<uint32_t>(c);
    }
    evaluation->confusion.Add(prediction.label, prediction.predicted);
    evaluation->loss -= values[i][prediction.label];
    evaluation->predictions.push_back(std::move(prediction));
  }
}

std::optional<Evaluation> Evaluator::Run(const std::function<bool()>& stop, const std::function<void(int)>& advance) {
  torch::NoGradGuard no_grad;
  model_.SetEvaluating();
  Evaluation evaluation(static_cast<size_t>(classes_));
  if (kept_all_) {
    for (const Features& features : kept_) Score(features, &evaluation);
  } else {
    size_t kept_bytes = 0;
    kept_.clear();
    const auto source = stream_.open(0, 0);
    while (const dataset::BatchLease batch = source->Next()) {
      Features features = Extract(*batch);
      Score(features, &evaluation);
      if (advance) advance(batch->valid);
      if (stop && stop()) return std::nullopt;
      kept_bytes += features.values.nbytes();
      if (frozen_ && kept_bytes <= kMaxKeptBytes) kept_.push_back(std::move(features));
    }
    kept_all_ = frozen_ && kept_bytes <= kMaxKeptBytes;
    if (!kept_all_) kept_.clear();
  }
  if (!evaluation.predictions.empty()) evaluation.loss /= static_cast<double>(evaluation.predictions.size());
  return evaluation;
}

}  // namespace train
