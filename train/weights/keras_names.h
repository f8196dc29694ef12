#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace train {

// A weight as Keras' HDF5 files name it: its path in the graph, within the group of a layer of the model.
struct KerasWeight {
  std::string_view group;
  std::string_view weight;
};

// LAYER/ROLE of each: conv2d/kernel, bn_Conv1/moving_mean. DenseNet's layers of Keras 2 have a '/' of their own:
// conv1/conv/kernel. The forms that there are:
//
//   conv1       conv1/kernel:0                   conv1/kernel      Keras 2
//   conv1       conv1_1/kernel:0                 conv1/kernel      the second of that name in a TensorFlow 1 graph
//   sep_1       block_1/sep_1/depthwise_kernel   sep_1/...         within a name scope (NASNet)
//   stem        stem_conv/kernel:0               stem_conv/kernel  a model within the model (ConvNeXt), Keras 2
//   stem        stem/stem_conv/kernel            stem_conv/kernel  the same, Keras 3
//   fc1         fc1_W_1:0                        fc1/kernel        Keras 1 (VGG): W, b, running_mean, running_std
//
// Layers that were given no name have Keras' own, numbered through a session: conv2d_94, batch_normalization_7. They
// are numbered anew in their order, each kind from conv2d, conv2d_1, ... on, so that a model reads the same whenever
// it was built and by whatever Keras (2 begins with conv2d_1, 1 with convolution2d_1).
//
// Names are not checked for being unique.
std::vector<std::string> KerasTensorNames(const std::vector<KerasWeight>& weights);

}  // namespace train
