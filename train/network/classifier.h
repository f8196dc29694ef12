#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "train/model/architecture.h"
#include "train/network/initialization.h"
#include "train/network/network.h"
#include "train/network/trainable.h"

namespace train {

// A backbone and its head. Its tensors are named as in the published PyTorch weights (FORMAT.md, section 8).
class Classifier {
 public:
  // Freshly initialised from (seed, parameter names). Throws dataset::Error::Usage for an image size that the backbone
  // cannot take.
  Classifier(const Architecture& architecture, Initialization initialization, uint64_t seed);
  // Its tensors hold zeros until weights are loaded.
  explicit Classifier(const Architecture& architecture);

  // Normalised pixels to what the head reads: pooled features [N, F], or the last map for a head of convolutions.
  torch::Tensor Features(const torch::Tensor& pixels) const;
  // Features to logits [N, outputs], always float32.
  torch::Tensor Head(const torch::Tensor& features) const;
  torch::Tensor Forward(const torch::Tensor& pixels) const { return Head(Features(pixels)); }

  // Sets requires_grad and the modes of dropout and norms for training. `layers` as ChooseLayers has it.
  void SetTrainable(Trainable trainable, const std::string& layers = "all");
  void SetEvaluating();

  struct NamedTensor {
    std::string name;
    torch::Tensor tensor;
  };
  std::vector<NamedTensor> TrainedParameters() const;  // those with requires_grad, in a fixed order
  std::vector<NamedTensor> State() const;              // all parameters and statistics
  uint64_t parameters() const;                         // learned values

  void To(const torch::Device& device) { network_.To(device); }
  const Architecture& architecture() const { return architecture_; }
  const ModelGraph& graph() const { return graph_; }
  Network& network() { return network_; }

 private:
  Architecture architecture_;
  ModelGraph graph_;
  Network network_;
};

}  // namespace train
