#pragma once

#include "dataset/load/batch.h"
#include "train/features/feature_cache.h"
#include "train/loop/batch_mover.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"

namespace train {

enum class Mirror { kNo, kLeftRight };

// Computes the features of batches as the model's mode says, without gradients.
class FeatureExtractor {
 public:
  // Which values are the features: what the head reads, or those below Classifier::boundary.
  enum class Until { kHead, kBoundary };

  // `model` must outlive the extractor.
  FeatureExtractor(const Classifier& model, const Compute& compute, const Normalization& normalization,
                   Until until = Until::kHead)
      : model_(model), compute_(compute), mover_(compute, normalization), until_(until) {}

  const torch::Device& device() const { return compute_.device; }

  // Of the slots that are not empty; the result has no values if all are. The batch must live until the device has been
  // synchronised.
  BatchFeatures Extract(const dataset::Batch& batch, Mirror mirror = Mirror::kNo) const;

 private:
  const Classifier& model_;
  Compute compute_;
  BatchMover mover_;
  Until until_;
};

}  // namespace train
