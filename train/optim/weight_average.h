#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "train/weights/tensor_file.h"

namespace train {

class Classifier;

// A moving average of a model's weights, statistics of norms included: each step moves it to them by 1 - d, where d is
// min(decay, (1 + t) / (10 + t)) at step t, from 1 (TensorFlow's ExponentialMovingAverage with num_updates), so that
// the first weights are soon forgotten. Counters are copied. Not thread-safe.
class WeightAverage {
 public:
  // Begins as the model's weights. `model` must outlive the object. 0 < decay < 1.
  WeightAverage(Classifier& model, double decay);

  // Takes in the model's weights; must be called after each step.
  void Update();

  // The model has the averaged weights as long as this lives, and its own afterwards, to the bit.
  class InModel {
   public:
    explicit InModel(WeightAverage& average) : average_(average) { average_.Exchange(); }
    ~InModel() { average_.Exchange(); }
    InModel(const InModel&) = delete;
    InModel& operator=(const InModel&) = delete;

   private:
    WeightAverage& average_;
  };

  // Returns views of the state: a tensor for each of the model's, by its name, and "steps". They live as long as
  // `storage`.
  std::vector<TensorView> State(std::vector<torch::Tensor>& storage) const;
  // Replaces the state. Throws dataset::Error unless the file holds exactly these tensors, with finite values.
  void Load(const TensorFile& file);

 private:
  struct Pair {
    std::string name;
    torch::Tensor weight, average;
  };
  void Exchange();

  double decay_;
  std::vector<Pair> pairs_;
  int64_t steps_ = 0;
};

}  // namespace train
