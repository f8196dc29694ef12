#pragma once

#include <torch/types.h>

#include <optional>
#include <string>
#include <vector>

#include "train/graph/graph.h"
#include "train/graph/parameters.h"

namespace train {

// A Graph with tensors of libtorch. Pixels and maps are [N, C, H, W], in any memory format. Not thread-safe.
class Network {
 public:
  // Creates all tensors and fills them with zeros; Initialize or LoadWeights gives them values. Throws
  // dataset::Error::Usage if the graph cannot take pictures of image_size x image_size pixels.
  Network(Graph graph, int image_size);

  // Computes the output of layer `end` - 1. `input` is the output of layer `begin` - 1 or, if `begin` is 0, normalised
  // pixels.
  //
  // A norm that is not training is folded into the convolution before it if nothing else reads that convolution: this
  // saves one of two passes over the activations, forward and backward. Gradients still reach both layers, and results
  // are equal up to rounding. A norm in training that gets one value per channel (a batch of one picture on a map of
  // one pixel) uses its stored statistics.
  torch::Tensor Run(int begin, int end, const torch::Tensor& input) const;

  // Returns the highest layer, `layer` or below, whose inputs and those of all layers above it are the output of the
  // layer before it alone, so that Run may begin there; 0: there is none above the pixels.
  int CutBelow(int layer) const;

  struct Entry {
    Parameter parameter;
    torch::Tensor tensor;
  };
  const std::vector<Entry>& entries() const { return entries_; }  // in the order of the layers
  const Graph& graph() const { return graph_; }
  const std::vector<Shape>& shapes() const { return shapes_; }

  // Sets whether a norm uses and learns the statistics of batches, and whether a dropout layer drops.
  void SetTraining(int layer, bool training) { steps_[static_cast<size_t>(layer)].training = training; }
  // Sets how far statistics go to those of each batch while a norm learns them: PyTorch's momentum, above 0 and at most
  // 1; without: the layers' own.
  void SetNormMomentum(std::optional<double> momentum) { norm_momentum_ = momentum; }
  // Moves the weights to the device; those of convolutions get the memory format that is fastest there.
  void To(const torch::Device& device);

 private:
  struct Tensors {
    torch::Tensor weight, bias, mean, variance, batches;
  };
  struct Step {
    Tensors tensors;
    int consumers = 0;
    int last_use = 0;  // the last layer that reads the output
    bool training = false;
    bool is_merged = false;  // its only consumer computes it: padding, or a convolution before a norm
    int conv = -1;           // for a norm: the convolution that is merged into it
    int pad = -1;            // for a window: the padding that is merged into it
  };
  void Bind(Entry& entry);
  void PlanSteps();
  bool MayOverwrite(int layer, int begin) const;
  torch::Tensor Compute(int index, std::vector<torch::Tensor>& inputs, bool may_overwrite) const;
  torch::Tensor Convolve(int index, const torch::Tensor& x, const torch::Tensor& weight,
                         const torch::Tensor& bias) const;
  torch::Tensor Normalize(int index, const torch::Tensor& x) const;

  Graph graph_;
  std::vector<Shape> shapes_;
  std::vector<Entry> entries_;
  std::vector<Step> steps_;
  std::optional<double> norm_momentum_;
};

}  // namespace train
