#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "dataset/load/batch.h"
#include "train/features/feature_store.h"
#include "train/features/feature_table.h"
#include "train/loop/batch_stream.h"
#include "train/loop/feature_extractor.h"
#include "train/loop/phase.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"

namespace train {

// Train, of which nothing is random but the order: a sample looks the same each time.
struct FixedTrain {
  BatchStream stream;  // each sample once, by id, in batches of view.batch_size
  // The samples of an epoch, in the order of the batches that are trained on, whose size is view.batch_size, too.
  std::function<std::vector<uint32_t>(uint32_t epoch)> order;
  FeatureView view;
};

// What the layers that a phase leaves frozen, those below Classifier::boundary, make of train. It is computed once. Up
// to FeatureCache::kMaxBytes of it are held in memory; more are in the store's file.
class FrozenFeatures {
 public:
  // `model` must outlive the object. Without `train` each phase sees pictures.
  FrozenFeatures(Classifier& model, const std::optional<FixedTrain>& train, const Compute& compute,
                 const Normalization& normalization)
      : model_(model), train_(train), extractor_(model, compute, normalization, FeatureExtractor::Until::kBoundary) {}

  // Prepares for a phase of so many batches, as the model is set for it. Does nothing if there are fewer samples in
  // them than in train, or if the features have no room. After each batch calls `advance` and `stop`, as
  // ForEachFeatures does; returns false if it was stopped.
  bool Begin(uint64_t batches, const std::function<bool()>& stop, const std::function<void(int)>& advance);

  // nullptr: there are none for this phase.
  const FeatureTable* table() const { return table_ ? &*table_ : nullptr; }
  // The batches of an epoch without pixels, from any batch on. Only if there is a table.
  std::unique_ptr<dataset::BatchSource> Open(uint32_t epoch, uint64_t first_batch) const;

 private:
  Classifier& model_;
  std::optional<FixedTrain> train_;
  FeatureExtractor extractor_;
  std::optional<FeatureTable> table_;
};

}  // namespace train
