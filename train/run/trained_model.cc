#include "train/run/trained_model.h"

#include <filesystem>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "train/network/weight_loader.h"
#include "train/weights/tensor_file.h"

namespace train {

TrainedModel OpenTrainedModel(const RunDirectory& run, const Compute& compute) {
  ModelInfo info = run.LoadModelInfo();
  Classifier classifier(ArchitectureOf(info, run.model().string()));
  if (!std::filesystem::exists(run.weights())) {
    throw dataset::Error(run.weights(), "is gone; dtrain's option resume restores it from the checkpoint");
  }
  const std::unique_ptr<TensorFile> weights = OpenTensorFile(run.weights());
  CheckWeights(*weights, info);
  LoadWeights(*weights, HeadWeights::kOwn, classifier);
  std::string sha256 = dataset::Sha256Hex(weights->content());
  classifier.To(compute.device);
  Normalization normalization = run.LoadNormalization(info);
  dataset::AugmentationOptions view = ViewOf(info);
  return {std::move(info), std::move(classifier), std::move(normalization), view, std::move(sha256)};
}

}  // namespace train
