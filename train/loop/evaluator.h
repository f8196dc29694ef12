#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "dataset/load/batch.h"
#include "train/loop/batch_mover.h"
#include "train/loop/batch_stream.h"
#include "train/loop/evaluation.h"
#include "train/loop/feature_cache.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/optim/loss.h"

namespace train {

// Class scores of every sample of a stream. The stream must give the same batches each time.
class Evaluator {
 public:
  // `model` must outlive the evaluator.
  Evaluator(Classifier& model, const Compute& compute, const Normalization& normalization, BatchStream stream,
            int classes, Loss loss);

  // Leaves the model in evaluation mode. `stop` is asked after each batch, true gives nullopt; `advance` is told how
  // many samples each batch had. Both may be empty.
  std::optional<Evaluation> Run(const std::function<bool()>& stop, const std::function<void(int)>& advance);

  struct Totals {
    uint64_t samples = 0;
    uint64_t correct = 0;
    double loss = 0;  // mean cross entropy, without label smoothing: -log of the right class's probability
  };
  // The same without a confusion matrix and predictions, which grow with the classes.
  std::optional<Totals> Sum(const std::function<bool()>& stop);

  // While true, the backbone does not change: its features of the stream are computed once, if FeatureCache keeps them.
  void SetBackboneFrozen(bool frozen) { cache_.Reset(frozen); }

 private:
  // Of one sample: its log probabilities, one a class, and the class of the greatest.
  using Use = std::function<void(uint32_t id, uint32_t label, const float* log_probabilities, uint32_t predicted)>;
  bool ForEach(const std::function<bool()>& stop, const std::function<void(int)>& advance, const Use& use);
  BatchFeatures Extract(const dataset::Batch& batch);
  void Score(const BatchFeatures& features, const Use& use);

  Classifier& model_;
  Compute compute_;
  BatchMover mover_;
  BatchStream stream_;
  int classes_;
  Loss loss_;
  FeatureCache cache_;
};

}  // namespace train
