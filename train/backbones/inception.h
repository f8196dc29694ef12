#pragma once

#include <string>
#include <vector>

#include "train/backbones/builders.h"

namespace train {

// The parts of InceptionV3 and Inception-ResNet-v2: convolutions, each followed by a norm and a ReLU. Keras' graphs
// have automatic names and norms without gamma; otherwise they equal the PyTorch ones.
class InceptionBuilder {
 public:
  explicit InceptionBuilder(const GraphOptions& options)
      : keras_(options.variant == Variant::kKeras),
        options_(options),
        norm_{.eps = 1e-3, .momentum = keras_ ? 0.01 : 0.1, .gamma = !keras_} {}

 protected:
  struct Step {
    std::string torch;
    int channels;
    int rows = 1, columns = 1;
    int stride = 1;
    bool valid = false;  // no padding; steps with a stride never have any
  };

  // Appends the steps one after another. `prefix` is put before their torch names.
  int Chain(int x, const std::string& prefix, const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      const Padding padding =
          step.valid || step.stride != 1 ? Padding::Valid() : Padding::Of(step.rows / 2, step.columns / 2);
      const std::string torch = prefix + step.torch;
      x = g_.Conv(x, {g_.Auto("conv2d"), torch + ".conv"}, step.channels,
                  {.kernel = step.rows, .columns = step.columns, .stride = step.stride, .padding = padding});
      x = g_.BatchNorm(x, {g_.Auto("batch_normalization"), torch + ".bn"}, norm_);
      x = g_.Activate(x, g_.Auto("activation"), Activation::kRelu);
    }
    return x;
  }

  int MaxPool(int x) { return g_.MaxPool(x, g_.Auto("max_pooling2d"), {.kernel = 3, .stride = 2}); }

  int AvgPool(int x, bool count_padding) {
    return g_.AvgPool(x, g_.Auto("average_pooling2d"),
                      {.kernel = 3, .padding = Padding::All(1), .count_padding = count_padding});
  }

  const bool keras_;
  const GraphOptions& options_;
  GraphBuilder g_;
  const GraphBuilder::Norm norm_;
};

}  // namespace train
