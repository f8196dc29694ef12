#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace train {

// How Keras' HDF5 files name a weight.
struct KerasWeight {
  std::string_view group;   // the layer of the model that it belongs to
  std::string_view weight;  // its path in the graph
};

// Returns the name LAYER/ROLE of each weight, such as conv2d/kernel or bn_Conv1/moving_mean. A layer may have a '/' in
// its name, as those of Keras 2's DenseNet: conv1/conv/kernel. These forms occur:
//
//   conv1       conv1/kernel:0                   conv1/kernel      Keras 2
//   conv1       conv1_1/kernel:0                 conv1/kernel      the second of that name in a TensorFlow 1 graph
//   sep_1       block_1/sep_1/depthwise_kernel   sep_1/...         within a name scope (NASNet)
//   stem        stem_conv/kernel:0               stem_conv/kernel  a model within the model (ConvNeXt), Keras 2
//   stem        stem/stem_conv/kernel            stem_conv/kernel  the same, Keras 3
//   fc1         fc1_W_1:0                        fc1/kernel        Keras 1 (VGG): W, b, running_mean, running_std
//
// A layer without a name of its own has one that Keras counted through a session: conv2d_94, batch_normalization_7.
// These are numbered anew in their order, each kind from conv2d, conv2d_1, ... on, so that the names of a model do not
// depend on when it was built and by which Keras (2 begins with conv2d_1, 1 with convolution2d_1).
//
// Two weights may get the same name; the caller must check.
std::vector<std::string> KerasTensorNames(const std::vector<KerasWeight>& weights);

}  // namespace train
