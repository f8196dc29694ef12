#pragma once

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "train/weights/tensor_file.h"

namespace train {

class Classifier;

// The weights of the best few epochs, in host memory, and their greedy average: model soups (Wortsman et al., 2022,
// algorithm 1). Not thread-safe.
class BestWeights {
 public:
  // How good weights are: the higher score is better, at equal scores the smaller loss.
  struct Score {
    double score = 0;
    double loss = 0;
  };
  struct Entry {
    uint32_t epoch = 0;
    Score score;
  };

  // Keeps those of `most` epochs.
  explicit BestWeights(size_t most) : most_(most) {}

  // Takes in the model's weights if they are among the best.
  void Add(uint32_t epoch, const Score& score, const Classifier& model);

  // The epochs, the best one first.
  const std::vector<Entry>& entries() const { return entries_; }

  // Gives the model the average of the best epochs' weights: begins with the best one, and takes in each other one, in
  // their order, if the average is then not worse by `judge`, which scores the model as it is. Returns the epochs that
  // are in it, and their score in `result`; with fewer than two, the model's weights are those of the best epoch. Needs
  // an entry.
  std::vector<uint32_t> Average(Classifier& model, const std::function<Score()>& judge, Score* result) const;

  // Returns views of the state, named "EPOCH/TENSOR". The entries are the caller's to keep.
  std::vector<TensorView> State(std::vector<torch::Tensor>& storage) const;
  // Replaces the state. Throws dataset::Error unless the file holds the tensors of exactly these epochs.
  void Load(const TensorFile& file, const std::vector<Entry>& entries, const Classifier& model);

 private:
  size_t most_;
  std::vector<Entry> entries_;
  std::vector<std::vector<torch::Tensor>> tensors_;  // of each entry, in the order of Classifier::State
  std::vector<std::string> names_;
};

// Whether `a` is better than `b`.
bool IsBetter(const BestWeights::Score& a, const BestWeights::Score& b);

}  // namespace train
