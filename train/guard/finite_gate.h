#pragma once

#include <torch/types.h>

#include <vector>

namespace train {

class Classifier;

// Lets a step through only if its loss is finite. The forward pass of a step has already moved the statistics of norms,
// so they are kept before it. Nothing here waits for the device. Not thread-safe.
class FiniteGate {
 public:
  // `model` must outlive the gate.
  explicit FiniteGate(Classifier& model) : model_(model) {}

  // Must be called before the first batch of each step.
  void Keep();
  // Puts the statistics back as they were at Keep unless `open`, a bool scalar on the model's device, is true.
  void Settle(const torch::Tensor& open);

  // Whether a loss may be stepped on: a bool scalar on its device.
  static torch::Tensor IsOpen(const torch::Tensor& loss) { return torch::isfinite(loss).all(); }

 private:
  std::vector<torch::Tensor> Statistics() const;

  Classifier& model_;
  std::vector<torch::Tensor> kept_;
};

}  // namespace train
