#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "dataset/batch.h"
#include "train/classifier.h"
#include "train/device.h"
#include "train/evaluation.h"

namespace train {

// Batches of one split, of any epoch, from any batch on. kUint8Nhwc.
struct BatchStream {
  std::function<std::unique_ptr<dataset::BatchSource>(uint32_t epoch, uint64_t first_batch)> open;
  uint64_t samples = 0;
  uint64_t batches = 0;  // an epoch
};

// Class scores of every sample of a stream. The stream must give the same batches each time.
class Evaluator {
 public:
  // `model` must outlive the evaluator.
  Evaluator(Classifier& model, const Compute& compute, const Normalization& normalization, BatchStream stream,
            int classes);

  // Leaves the model in evaluation mode. `stop` is asked after each batch, true gives nullopt; `advance` is told how
  // many samples each batch had. Both may be empty.
  std::optional<Evaluation> Run(const std::function<bool()>& stop, const std::function<void(int)>& advance);

  // While true, the backbone does not change: its features of the stream are computed once and kept (up to 512 MiB).
  void SetBackboneFrozen(bool frozen);

 private:
  struct Features {
    torch::Tensor values;
    std::vector<int64_t> labels;
    std::vector<uint32_t> ids;
  };
  Features Extract(const dataset::Batch& batch);
  void Score(const Features& features, Evaluation* evaluation);

  Classifier& model_;
  Compute compute_;
  BatchMover mover_;
  BatchStream stream_;
  int classes_;
  bool frozen_ = false;
  bool kept_all_ = false;
  std::vector<Features> kept_;
};

}  // namespace train
