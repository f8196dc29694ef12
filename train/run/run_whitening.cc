#include "train/run/run_whitening.h"

#include "dataset/base/progress.h"
#include "train/run/run_directory.h"

namespace train {

namespace {

dataset::Whitening WhitenByTrain(const TrainingRunOptions& options, const TrainingPlan& plan) {
  const ModelInfo& model = plan.model;
  dataset::WhiteningOptions whitening;
  whitening.kind =
      model.normalization == NormalizationKind::kPca ? dataset::WhiteningKind::kPca : dataset::WhiteningKind::kZca;
  whitening.foreign = options.foreign;
  whitening.max_bad = options.max_bad;
  whitening.part = plan.dataset.Find(dataset::Split::kTrain)->part;
  dataset::NoProgress progress;
  return dataset::Whitening::OfTrain(options.dataset, ViewOf(model), whitening, progress);
}

}  // namespace

std::optional<dataset::Whitening> MissingWhitening(const TrainingRunOptions& options, const TrainingPlan& plan,
                                                   bool goes_on) {
  const ModelInfo& model = plan.model;
  if (!Whitens(model.normalization)) return std::nullopt;
  if (goes_on && std::filesystem::exists(RunDirectory(options.output).whitening())) return std::nullopt;
  if (!options.init_from) return WhitenByTrain(options, plan);
  const RunDirectory source(*options.init_from);
  ModelInfo input = model;
  input.dataset_fingerprint = source.LoadModelInfo().dataset_fingerprint;
  return *source.LoadNormalization(input).whitening;
}

}  // namespace train
