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
  kPad,        // adds zeros around the map; negative padding cuts pixels off
  kConv,       // depthwise if `groups` is the number of input channels
  kDense,      // over the channels; of a map, for each pixel
  kBatchNorm,  // for each channel
  kLayerNorm,  // over the channels; of a map, for each pixel
  kActivation,
  kMaxPool,
  kAvgPool,
  kGlobalPool,  // [C, H, W] to [C, 1, 1]
  kFlatten,     // [C, H, W] to [C * H * W], row-major
  kDropout,
  kAdd,         // first + scale * second
  kMultiply,    // the second input may be [C, 1, 1]
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

// Zeros around the map; a max-pool ignores padding instead of taking it for zeros.
struct Padding {
  enum class Mode {
    kExplicit,
    kSame,  // TensorFlow's SAME: ceil(size / stride) outputs; an odd pixel of padding goes to the bottom and right
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

// Returns the pixels that TensorFlow's SAME padding adds along one side of a map, at both ends together.
constexpr int64_t SamePadding(int64_t size, int window, int stride) {
  const int64_t outputs = (size + stride - 1) / stride;
  return std::max<int64_t>((outputs - 1) * stride + window - size, 0);
}

// The names of a layer in published weight files, without ".weight" and the like.
struct Names {
  std::string keras;    // also the name of the layer; automatic ones count from conv2d, conv2d_1, ... in each graph
  std::string torch{};  // torchvision's name, or timm's if torchvision has none; empty: as keras
  std::string timm{};   // timm's name if it differs from `torch`; empty: as torch
};

// One step of a network. Which members count depends on `op`.
struct Layer {
  Op op = Op::kIdentity;
  Names names{};
  std::string listed{};       // the layer of Keras' list that this is, or is a part of; parts have the same name
  int group = 0;              // index into Graph::groups
  std::vector<int> inputs{};  // indices of earlier layers
  int channels = 0;           // channels of the output; 0 after kFlatten

  int rows = 1, columns = 1;  // size of the window (kConv, pools, kPad with kSame)
  int stride = 1;
  Padding padding{};
  int groups = 1;
  bool bias = false;           // kConv, kDense
  bool gamma = true;           // kBatchNorm: has a weight
  double eps = 0;              // kBatchNorm, kLayerNorm
  double momentum = 0;         // kBatchNorm, as PyTorch's: new = (1 - momentum) * old + momentum * batch
  bool count_padding = false;  // kAvgPool: padding counts as pixels
  bool ceil = false;           // pools: an incomplete last window counts
  Pooling pooling = Pooling::kAvg;
  Activation activation = Activation::kRelu;
  double scale = 1;  // kAdd
  double rate = 0;   // kDropout
  // How Keras stores the weight of a kConv.
  enum class KerasKernel {
    kNormal,     // kernel, HWIO
    kDepthwise,  // depthwise_kernel, HWCM
    kPointwise,  // pointwise_kernel, HWIO: the second half of a SeparableConv2D
    kGrouped,    // depthwise_kernel of a DepthwiseConv2D whose outputs are summed over each group (ResNeXt)
  };
  KerasKernel keras_kernel = KerasKernel::kNormal;
};

}  // namespace train
