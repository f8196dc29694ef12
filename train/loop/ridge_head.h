#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "train/features/feature_store.h"
#include "train/loop/batch_stream.h"
#include "train/loop/evaluator.h"
#include "train/loop/feature_extractor.h"
#include "train/loop/train_observer.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"

namespace train {

// The most features that a head is solved on; the square of their number is held in memory.
inline constexpr int64_t kMostRidgeFeatures = 8192;

struct RidgeHeadOptions {
  BatchStream train;                  // in evaluation's view, each sample once
  uint64_t samples = 0;               // of train
  Mirror mirror = Mirror::kNo;        // kLeftRight: each sample's mirror image, too, if train has fewer samples than
                                      // the head has features
  std::vector<double> class_weights;  // of a sample, by label, 0 or more; empty: 1
  FeatureView view{};                 // of train, for a store of features
};

// Solves a head of one dense layer on the features of the backbone, which stays as it is: ridge regression
// (train/optim/ridge.h), whose penalty is the one of a few with the least log loss on val, and whose scores are divided
// by the temperature that val wants. Both become part of the layer. The result does not depend on batches that are
// read ahead, and is the same for the same data if the number of compute threads is the same.
class RidgeHead {
 public:
  // `model` must outlive the object.
  RidgeHead(Classifier& model, const RidgeHeadOptions& options, const Compute& compute,
            const Normalization& normalization, int classes, double label_smoothing);

  // Leaves the model in evaluation mode. After each batch of train calls `advance` with its number of samples, and
  // after each batch of train and val `stop`; if that returns true, the result is nullopt and the model unchanged. Of
  // train and of val, samples beyond FeatureCache::kMaxBytes of features are left out of SolvedHead's loss and
  // accuracy, and of the choice of the penalty and the temperature. Throws dataset::Error for features that are not
  // finite, and if no sample can be read.
  std::optional<SolvedHead> Solve(Evaluator& val, const std::function<bool()>& stop,
                                  const std::function<void(int)>& advance);

 private:
  Classifier& model_;
  RidgeHeadOptions options_;
  Compute compute_;
  FeatureExtractor extractor_;
  int classes_;
  double label_smoothing_;
};

}  // namespace train
