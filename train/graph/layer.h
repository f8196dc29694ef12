#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "dataset/base/enum_names.h"

namespace train {

enum class Op {
  kInput,
  kIdentity,   // a layer of Keras' list that computes nothing here, such as Reshape or Rescaling
  kPad,        // zeros around (or, where negative, cut off)
  kConv,       // with groups == channels of the input: depthwise
  kDense,      // over the channels, of each pixel if there are any
  kBatchNorm,  // per channel
  kLayerNorm,  // over the channels, of each pixel
  kActivation,
  kMaxPool,
  kAvgPool,
  kGlobalPool,  // [C, H, W] to [C, 1, 1]
  kFlatten,     // [C, H, W] to [C * H * W], row-major
  kDropout,
  kAdd,         // first + scale * second
  kMultiply,    // the second may be [C, 1, 1]
  kConcat,      // along the channels
  kLayerScale,  // a factor for each channel
};

enum class Activation { kRelu, kRelu6, kSilu, kHardSwish, kHardSigmoid, kSigmoid, kGelu };
constexpr auto EnumNames(Activation) {
  return dataset::NameTable<Activation, 7>{{{Activation::kRelu, "relu"},
                                            {Activation::kRelu6, "relu6"},
                                            {Activation::kSilu, "silu"},
                                            {Activation::kHardSwish, "hardswish"},
                                            {Activation::kHardSigmoid, "hardsigmoid"},
                                            {Activation::kSigmoid, "sigmoid"},
                                            {Activation::kGelu, "gelu"}}};
}

// What makes rows of features of the last map. kConcat: avg, then max; kFlatten: every value of the map, no layer.
enum class Pooling { kAvg, kMax, kConcat, kFlatten };
constexpr auto EnumNames(Pooling) {
  return dataset::NameTable<Pooling, 4>{
      {{Pooling::kAvg, "avg"}, {Pooling::kMax, "max"}, {Pooling::kConcat, "concat"}, {Pooling::kFlatten, "flatten"}}};
}

// Zeros (of a max-pool: nothing) around the picture.
struct Padding {
  enum class Mode {
    kExplicit,
    kSame,  // TensorFlow's: ceil(size / stride) outputs, an odd pixel of padding goes to the bottom and right
  };
  Mode mode = Mode::kExplicit;
  int top = 0, left = 0, bottom = 0, right = 0;

  static constexpr Padding Valid() { return {}; }
  static constexpr Padding Same() { return {.mode = Mode::kSame}; }
  static constexpr Padding All(int n) { return Of(n, n); }
  static constexpr Padding Of(int rows, int columns) { return Of(rows, columns, rows, columns); }
  static constexpr Padding Of(int top, int left, int bottom, int right) {
    return {Mode::kExplicit, top, left, bottom, right};
  }
};

// All of TensorFlow's SAME padding along one side of a map.
constexpr int64_t SamePadding(int64_t size, int window, int stride) {
  const int64_t outputs = (size + stride - 1) / stride;
  return std::max<int64_t>((outputs - 1) * stride + window - size, 0);
}

// What a layer's tensors are called in the world's weight files, less ".weight" and its like.
struct Names {
  std::string keras;    // the layer's name, too; auto-numbered ones count from conv2d, conv2d_1, ... within the graph
  std::string torch{};  // torchvision's, else timm's; empty: as keras
  std::string timm{};   // where it differs from `torch`; empty: as torch
};

// One step of a network. Which members count depends on `op`.
struct Layer {
  Op op = Op::kIdentity;
  Names names{};
  std::string listed{};       // the layer of Keras' list that this is (a part of): runs of equal names are one layer
  int group = 0;              // index into Graph::groups
  std::vector<int> inputs{};  // layers before this one
  int channels = 0;           // of the output; 0 after kFlatten

  int rows = 1, columns = 1;  // of the window (kConv, pools, kPad by kSame)
  int stride = 1;
  Padding padding{};
  int groups = 1;
  bool bias = false;           // kConv, kDense
  bool gamma = true;           // kBatchNorm: has a weight
  double eps = 0;              // norms
  double momentum = 0;         // kBatchNorm: new = (1 - momentum) * old + momentum * batch (PyTorch's)
  bool count_padding = false;  // kAvgPool: padding counts as pixels
  bool ceil = false;           // pools: an incomplete last window counts
  Pooling pooling = Pooling::kAvg;
  Activation activation = Activation::kRelu;
  double scale = 1;  // kAdd
  double rate = 0;   // kDropout
  // kConv, how Keras stores its weight.
  enum class KerasKernel {
    kNormal,     // kernel, HWIO
    kDepthwise,  // depthwise_kernel, HWCM
    kPointwise,  // pointwise_kernel, HWIO: the second half of a SeparableConv2D
    kGrouped,    // depthwise_kernel of a DepthwiseConv2D whose outputs are summed over each group (ResNeXt)
  };
  KerasKernel keras_kernel = KerasKernel::kNormal;
};

}  // namespace train
