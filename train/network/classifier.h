#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "train/model/architecture.h"
#include "train/network/initialization.h"
#include "train/network/network.h"
#include "train/network/trainable.h"

namespace train {

// A backbone and its head. Tensors have the names of the published PyTorch weights (proto/FORMAT.md, section 8). Not
// thread-safe.
class Classifier {
 public:
  // Initialises the weights; they depend on `initialization`, the seed and the names of the parameters. Throws
  // dataset::Error::Usage as BuildModel does.
  Classifier(const Architecture& architecture, Initialization initialization, uint64_t seed);
  // All tensors hold zeros until weights are loaded.
  explicit Classifier(const Architecture& architecture);

  // Computes what the head reads from normalised pixels [N, channels, H, W]: pooled features [N, F], or the last map if
  // the head has convolutions.
  torch::Tensor Features(const torch::Tensor& pixels) const;
  // Computes logits [N, outputs], always float32, from what Features returns.
  torch::Tensor Head(const torch::Tensor& features) const;
  torch::Tensor Forward(const torch::Tensor& pixels) const { return Head(Features(pixels)); }

  // The same as Forward in two parts, those below and from the layer boundary(). Without gradients Below gives the same
  // as with them. If boundary() is 0, Below returns the pixels.
  torch::Tensor Below(const torch::Tensor& pixels) const;
  torch::Tensor Above(const torch::Tensor& values) const;

  // Sets requires_grad, and the modes of dropout and norms, for training. `layers` is a choice as ChooseLayers takes
  // it.
  void SetTrainable(Trainable trainable, const std::string& layers = "all");
  // Layers below it neither learn nor draw anything since the latest SetTrainable; at most that of the head. 0: none.
  int boundary() const { return boundary_; }
  void SetEvaluating();

  struct NamedTensor {
    std::string name;
    torch::Tensor tensor;
    int layer = 0;  // of graph()
  };
  std::vector<NamedTensor> TrainedParameters() const;  // the parameters with requires_grad, in a fixed order
  std::vector<NamedTensor> State() const;              // all parameters and statistics
  uint64_t parameters() const;                         // the number of learned values

  void To(const torch::Device& device) { network_.To(device); }
  const Architecture& architecture() const { return architecture_; }
  const ModelGraph& graph() const { return graph_; }
  Network& network() { return network_; }

 private:
  Architecture architecture_;
  ModelGraph graph_;
  Network network_;
  int boundary_ = 0;
};

}  // namespace train
