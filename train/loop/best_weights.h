#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "train/loop/best_rule.h"
#include "train/weights/tensor_file.h"

namespace train {

class Classifier;

// The weights of the best few epochs, in host memory, and their greedy average: model soups (Wortsman et al., 2022,
// algorithm 1). Not thread-safe.
class BestWeights {
 public:
  // Keeps those of `most` epochs; 0: none.
  BestWeights(size_t most, BestBy by) : most_(most), by_(by) {}

  // Takes in the model's weights if they are among the best. An epoch that is there already is replaced.
  void Add(const ScoredEpoch& epoch, const Classifier& model);

  // The epochs, the best one first.
  const std::vector<ScoredEpoch>& epochs() const { return epochs_; }

  struct Mean {
    std::vector<uint32_t> epochs;  // those that are in it
    ValResult result;
  };
  // Gives the model the average of the best epochs' weights: begins with the best one, and takes in each other one, in
  // their order, if `judge`, which scores the model as it is, then finds it not worse. If `judge` returns nullopt, so
  // does this, and the model's weights are undefined. Needs an epoch.
  std::optional<Mean> Average(Classifier& model, const std::function<std::optional<ValResult>()>& judge) const;

  // Returns views of the state, named "EPOCH/TENSOR", which live as long as `storage`. epochs() is the caller's to
  // keep.
  std::vector<TensorView> State(std::vector<torch::Tensor>& storage) const;
  // Replaces the state. Throws dataset::Error unless the file holds the tensors of exactly these epochs.
  void Load(const TensorFile& file, const std::vector<ScoredEpoch>& epochs, const Classifier& model);

 private:
  size_t most_;
  BestBy by_;
  std::vector<ScoredEpoch> epochs_;
  std::vector<std::vector<torch::Tensor>> tensors_;  // of each epoch, in the order of Classifier::State
  std::vector<std::string> names_;
};

// Gives the model back the weights that it has now.
class WeightsKeeper {
 public:
  explicit WeightsKeeper(Classifier& model);
  ~WeightsKeeper();
  WeightsKeeper(const WeightsKeeper&) = delete;
  WeightsKeeper& operator=(const WeightsKeeper&) = delete;

 private:
  Classifier& model_;
  std::vector<torch::Tensor> tensors_;
};

}  // namespace train
