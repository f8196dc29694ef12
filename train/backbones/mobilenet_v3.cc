// MobileNetV3-Large 1.0 (Howard et al., 2019): the graphs of torchvision, of timm (with another epsilon) and of Keras.

#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

using enum Activation;

struct BlockSpec {
  int stage;  // timm's number
  int kernel, hidden, channels;
  bool squeeze;
  Activation activation;
  int stride;
};

// The blocks of the paper's table 1.
constexpr BlockSpec kBlocks[] = {
    {0, 3, 16, 16, false, kRelu, 1},       {1, 3, 64, 24, false, kRelu, 2},       {1, 3, 72, 24, false, kRelu, 1},
    {2, 5, 72, 40, true, kRelu, 2},        {2, 5, 120, 40, true, kRelu, 1},       {2, 5, 120, 40, true, kRelu, 1},
    {3, 3, 240, 80, false, kHardSwish, 2}, {3, 3, 200, 80, false, kHardSwish, 1}, {3, 3, 184, 80, false, kHardSwish, 1},
    {3, 3, 184, 80, false, kHardSwish, 1}, {4, 3, 480, 112, true, kHardSwish, 1}, {4, 3, 672, 112, true, kHardSwish, 1},
    {5, 5, 672, 160, true, kHardSwish, 2}, {5, 5, 960, 160, true, kHardSwish, 1}, {5, 5, 960, 160, true, kHardSwish, 1},
};

// Returns a quarter of the channels, rounded to a multiple of 8 that is not more than a tenth below it.
constexpr int SqueezeChannels(int hidden) {
  const int wanted = hidden / 4, rounded = (wanted + 4) / 8 * 8;
  return rounded * 10 < wanted * 9 ? rounded + 8 : rounded;
}

class Builder {
 public:
  explicit Builder(const GraphOptions& options) : keras_(options.variant == Variant::kKeras), options_(options) {
    if (options.variant == Variant::kTorchvision) norm_ = {.eps = 1e-3, .momentum = 0.01};
    if (keras_) norm_ = {.eps = 1e-3, .momentum = 0.001};
  }

  Graph Build() {
    int x = g_.Input("input_layer", options_.channels);
    x = g_.Identity(x, "rescaling");
    x = g_.Conv(x, {"conv", "features.0.0", "conv_stem"}, 16, {.kernel = 3, .stride = 2, .padding = Around(3)});
    x = g_.BatchNorm(x, {"conv_bn", "features.0.1", "bn1"}, norm_);
    x = Activate(x, kHardSwish);
    int stage = 0, in_stage = 0;
    for (const BlockSpec& block : kBlocks) {
      in_stage = block.stage == stage ? in_stage : 0;
      stage = block.stage;
      x = Block(x, block, "blocks." + std::to_string(stage) + "." + std::to_string(in_stage++) + ".");
    }
    g_.Group("top");
    x = g_.Conv(x, {"conv_1", "features.16.0", "blocks.6.0.conv"}, 960, {});
    x = g_.BatchNorm(x, {"conv_1_bn", "features.16.1", "blocks.6.0.bn1"}, norm_);
    Activate(x, kHardSwish);
    // The layer of 1280 is a 1x1 convolution of the pooled map in timm and Keras; that of the classes is one in Keras.
    g_.top() = {
        .items = {{.units = 1280, .activation = kHardSwish}, {.kind = HeadItem::Kind::kDropout, .rate = 0.2}, {}},
        .names = {{"conv_2", "classifier.0", "conv_head"}, {"logits", "classifier.3", "classifier"}},
        .is_default = true};
    return g_.Finish();
  }

 private:
  Padding Around(int kernel) const { return keras_ ? Padding::Same() : Padding::All(kernel / 2); }

  // Keras' hard sigmoid is an addition, a ReLU6 and a multiplication; its list has only the ReLU6.
  int Activate(int x, Activation activation) {
    return g_.Activate(x, g_.Auto(activation == kHardSwish ? "activation" : "re_lu"), activation);
  }

  int Block(int x, const BlockSpec& block, const std::string& timm) {
    const std::string number = std::to_string(block_);
    const std::string keras = block_ == 0 ? "expanded_conv_" : "expanded_conv_" + number + "_";
    const std::string torch = "features." + std::to_string(block_ + 1) + ".block.";
    const int in = g_.channels(x);
    int y = x, part = 0;
    g_.Group("block_" + number);
    // torchvision numbers the parts of a block, timm its norms. The first block has no expansion.
    auto part_name = [&] { return torch + std::to_string(part) + "."; };
    int norms = 0;
    auto norm_name = [&] { return timm + "bn" + std::to_string(++norms); };
    if (block.hidden != in) {
      y = g_.Conv(y, {keras + "expand", part_name() + "0", timm + "conv_pw"}, block.hidden, {});
      y = g_.BatchNorm(y, {keras + "expand_bn", part_name() + "1", norm_name()}, norm_);
      y = Activate(y, block.activation);
      ++part;
    }
    Padding padding = Around(block.kernel);
    if (block.stride == 2) {
      const std::string pad = keras + "depthwise_pad";
      y = keras_ ? g_.PadSame(y, pad, block.kernel, 2) : g_.Pad(y, pad, padding);
      padding = Padding::Valid();
    }
    y = g_.Depthwise(y, {keras + "depthwise", part_name() + "0", timm + "conv_dw"},
                     {.kernel = block.kernel, .stride = block.stride, .padding = padding});
    y = g_.BatchNorm(y, {keras + "depthwise_bn", part_name() + "1", norm_name()}, norm_);
    y = Activate(y, block.activation);
    ++part;
    if (block.squeeze) y = Squeeze(y, keras + "squeeze_excite_", torch + std::to_string(part++) + ".", timm + "se.");
    y = g_.Conv(y, {keras + "project", part_name() + "0", timm + (block.hidden == in ? "conv_pw" : "conv_pwl")},
                block.channels, {});
    y = g_.BatchNorm(y, {keras + "project_bn", part_name() + "1", norm_name()}, norm_);
    ++block_;
    return block.stride == 1 && in == block.channels ? g_.Add(x, y, keras + "add") : y;
  }

  int Squeeze(int x, const std::string& keras, const std::string& torch, const std::string& timm) {
    const int hidden = g_.channels(x);
    int y = g_.GlobalPool(x, keras + "avg_pool");
    y = g_.Conv(y, {keras + "conv", torch + "fc1", timm + "conv_reduce"}, SqueezeChannels(hidden), {.bias = true});
    y = g_.Activate(y, keras + "relu", kRelu);
    y = g_.Conv(y, {keras + "conv_1", torch + "fc2", timm + "conv_expand"}, hidden, {.bias = true});
    y = Activate(y, kHardSigmoid);
    return g_.Multiply(x, y, keras + "mul");
  }

  const bool keras_;
  const GraphOptions& options_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
  int block_ = 0;
};

}  // namespace

Graph BuildMobileNetV3Large(const GraphOptions& options) { return Builder(options).Build(); }

}  // namespace train
