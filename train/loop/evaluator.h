#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "dataset/load/batch.h"
#include "train/loop/batch_mover.h"
#include "train/loop/evaluation.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/optim/loss.h"

namespace train {

// Batches of one split, of any epoch, from any batch on. kUint8Nhwc.
struct BatchStream {
  std::function<std::unique_ptr<dataset::BatchSource>(uint32_t epoch, uint64_t first_batch)> open;
  uint64_t batches = 0;  // an epoch
};

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

  // While true, the backbone does not change: its features of the stream are computed once and kept (up to 512 MiB).
  void SetBackboneFrozen(bool frozen);

 private:
  struct Features {
    torch::Tensor values;
    std::vector<int64_t> labels;
    std::vector<uint32_t> ids;
  };
  // Of one sample: its log probabilities, one a class, and the class of the greatest.
  using Use = std::function<void(uint32_t id, uint32_t label, const float* log_probabilities, uint32_t predicted)>;
  bool ForEach(const std::function<bool()>& stop, const std::function<void(int)>& advance, const Use& use);
  Features Extract(const dataset::Batch& batch);
  void Score(const Features& features, const Use& use);

  Classifier& model_;
  Compute compute_;
  BatchMover mover_;
  BatchStream stream_;
  int classes_;
  Loss loss_;
  bool frozen_ = false;
  bool kept_all_ = false;
  std::vector<Features> kept_;
};

}  // namespace train
