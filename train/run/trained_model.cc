#include "train/run/trained_model.h"

#include <utility>

#include "train/network/weight_loader.h"
#include "train/weights/tensor_file.h"

namespace train {

TrainedModel OpenTrainedModel(const RunDirectory& run, const Compute& compute) {
  ModelInfo info = run.LoadModelInfo();
  Classifier classifier(ArchitectureOf(info, run.model().string()));
  LoadWeights(*OpenTensorFile(run.weights()), HeadWeights::kLoad, classifier);
  classifier.To(compute.device);
  Normalization normalization = run.LoadNormalization(info);
  dataset::AugmentationOptions view = ViewOf(info);
  return {std::move(info), std::move(classifier), std::move(normalization), view};
}

}  // namespace train
