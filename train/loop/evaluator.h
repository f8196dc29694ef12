#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "dataset/load/batch.h"
#include "train/features/feature_cache.h"
#include "train/features/feature_store.h"
#include "train/loop/batch_stream.h"
#include "train/loop/evaluation.h"
#include "train/loop/feature_extractor.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/optim/loss.h"

namespace train {

// Computes class scores for every sample of a stream, which must give the same batches each time. Not thread-safe.
class Evaluator {
 public:
  // `model` must outlive the evaluator.
  Evaluator(Classifier& model, const Compute& compute, const Normalization& normalization, BatchStream stream,
            int classes, Loss loss);

  // Says which class of the model each label of the stream is; without it, a label is the class's number.
  void SetClassOfLabel(std::vector<uint32_t> class_of_label) { class_of_label_ = std::move(class_of_label); }

  // Scores the whole stream but for empty slots, and leaves the model in evaluation mode. After each batch calls
  // `advance` with its number of samples, then `stop`; if that returns true, the result is nullopt. Both may be empty,
  // and neither is called if the features are cached. Throws dataset::Error for a score that is NaN, and if all slots
  // are empty.
  std::optional<Evaluation> Run(const std::function<bool()>& stop, const std::function<void(int)>& advance);

  struct Totals {
    uint64_t samples = 0;
    uint64_t correct = 0;
    double loss = 0;  // mean cross entropy, without label smoothing: -log of the right class's probability
    MacroScore macro;
    std::vector<uint64_t> labelled, predicted;  // samples by class
  };
  // Does the same without the confusion matrix and the predictions, whose memory grows with the classes.
  std::optional<Totals> Sum(const std::function<bool()>& stop);

  // Gives `use` the features of each batch that has any, as Run computes or keeps them. Returns false if `stop` ended
  // it.
  bool ForEachBatch(const std::function<bool()>& stop, const std::function<void(int)>& advance,
                    const std::function<void(const BatchFeatures&)>& use);

  // Says whether the backbone stays as it is from now on. If so, its features of the stream are computed only once,
  // unless they are too large for FeatureCache; and not at all if the view's store has them.
  void SetBackboneFrozen(bool frozen) {
    frozen_ = frozen;
    cache_.Reset(frozen);
  }
  // Says what the stream is, for a store of features.
  void SetView(FeatureView view) { view_ = std::move(view); }

 private:
  // Gets one sample: its log probabilities, one per class, and the class with the greatest one.
  using Use = std::function<void(uint32_t id, uint32_t label, const float* log_probabilities, uint32_t predicted)>;
  bool ForEach(const std::function<bool()>& stop, const std::function<void(int)>& advance, const Use& use);
  void Score(const BatchFeatures& features, const Use& use);

  Classifier& model_;
  Compute compute_;
  FeatureExtractor extractor_;
  BatchStream stream_;
  int classes_;
  Loss loss_;
  std::vector<uint32_t> class_of_label_;
  FeatureView view_;
  bool frozen_ = false;
  FeatureCache cache_;
};

}  // namespace train
