#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "train/graph/graph.h"
#include "train/graph/parameters.h"

namespace train {

// A Graph with tensors, on libtorch. Pixels and maps are NCHW, in any memory format. Not thread-safe.
class Network {
 public:
  // Tensors are there but hold zeros; Initialize or a weights file fills them. Throws dataset::Error::Usage if the
  // graph cannot take pictures of that size.
  Network(Graph graph, int image_size);

  // The value of layer `end` - 1, from that of layer `begin` - 1; with begin 0, from normalised pixels.
  // While a norm is not training, it is folded into the convolution whose only reader it is: one pass over the
  // activations instead of two, forward and backward; gradients still reach both. Equal to rounding. A norm in training
  // that sees one value a channel (a last batch of one picture, on a map of one pixel) takes its statistics as they
  // are.
  torch::Tensor Run(int begin, int end, const torch::Tensor& input) const;

  struct Entry {
    Parameter parameter;
    torch::Tensor tensor;
  };
  const std::vector<Entry>& entries() const { return entries_; }  // in the order of the layers
  const Graph& graph() const { return graph_; }
  const std::vector<Shape>& shapes() const { return shapes_; }

  // Whether a layer's norm learns its statistics and its dropout drops.
  void SetTraining(int layer, bool training) { steps_[static_cast<size_t>(layer)].training = training; }
  // Weights to the device, convolutions' in the memory format they want.
  void To(const torch::Device& device);

 private:
  struct Tensors {
    torch::Tensor weight, bias, mean, variance, batches;
  };
  struct Step {
    Tensors tensors;
    int consumers = 0;
    int last_use = 0;  // the last layer that reads its value
    bool training = false;
    bool is_merged = false;  // computed by its only consumer: padding, or a convolution before a norm
    int conv = -1;           // of a norm: the convolution merged into it
    int pad = -1;            // of a window: the padding merged into it
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
};

}  // namespace train
