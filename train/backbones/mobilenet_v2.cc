// MobileNetV2 1.0 (Sandler et al., 2018): torchvision's graph, which timm's weights share, and Keras' graph.

#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

struct Stage {
  int expansion, channels, blocks, stride;
};

constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                             {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

class Builder {
 public:
  explicit Builder(const GraphOptions& options) : keras_(options.variant == Variant::kKeras), options_(options) {
    if (keras_) norm_ = {.eps = 1e-3, .momentum = 0.001};
  }

  Graph Build() {
    int x = g_.Input("input_layer", options_.channels);
    x = g_.Conv(x, {"Conv1", "features.0.0", "conv_stem"}, 32,
                {.kernel = 3, .stride = 2, .padding = keras_ ? Padding::Same() : Padding::All(1)});
    x = g_.BatchNorm(x, {"bn_Conv1", "features.0.1", "bn1"}, norm_);
    x = g_.Activate(x, "Conv1_relu", Activation::kRelu6);
    int stage_number = 0;
    for (const Stage& stage : kStages) {
      for (int i = 0; i < stage.blocks; ++i) {
        x = Block(x, stage, i == 0 ? stage.stride : 1,
                  "blocks." + std::to_string(stage_number) + "." + std::to_string(i) + ".");
      }
      ++stage_number;
    }
    g_.Group("top");
    x = g_.Conv(x, {"Conv_1", "features.18.0", "conv_head"}, 1280, {});
    x = g_.BatchNorm(x, {"Conv_1_bn", "features.18.1", "bn2"}, norm_);
    g_.Activate(x, "out_relu", Activation::kRelu6);
    if (!keras_) g_.top().items.push_back({.kind = HeadItem::Kind::kDropout, .rate = 0.2});
    g_.top().items.push_back({});
    g_.top().names = {{"predictions", "classifier.1", "classifier"}};
    return g_.Finish();
  }

 private:
  int Block(int x, const Stage& stage, int stride, const std::string& timm) {
    const std::string number = std::to_string(block_);
    const std::string keras = block_ == 0 ? "expanded_conv_" : "block_" + number + "_";
    const std::string torch = "features." + std::to_string(block_ + 1) + ".conv.";
    const int in = g_.channels(x), depth = block_ == 0 ? 0 : 1;
    int y = x;
    g_.Group("block_" + number);
    if (stage.expansion != 1) {
      y = g_.Conv(y, {keras + "expand", torch + "0.0", timm + "conv_pw"}, in * stage.expansion, {});
      y = g_.BatchNorm(y, {keras + "expand_BN", torch + "0.1", timm + "bn1"}, norm_);
      y = g_.Activate(y, keras + "expand_relu", Activation::kRelu6);
    }
    Padding padding = keras_ ? Padding::Same() : Padding::All(1);
    if (stride == 2) {
      y = keras_ ? g_.PadSame(y, keras + "pad", 3, 2) : g_.Pad(y, keras + "pad", Padding::All(1));
      padding = Padding::Valid();
    }
    const std::string depthwise = torch + std::to_string(depth);
    // timm numbers the norms of a block, so bn1 is also the first one of a block without an expansion.
    const std::string norm = depth == 0 ? "bn1" : "bn2", last_norm = depth == 0 ? "bn2" : "bn3";
    y = g_.Depthwise(y, {keras + "depthwise", depthwise + ".0", timm + "conv_dw"},
                     {.kernel = 3, .stride = stride, .padding = padding});
    y = g_.BatchNorm(y, {keras + "depthwise_BN", depthwise + ".1", timm + norm}, norm_);
    y = g_.Activate(y, keras + "depthwise_relu", Activation::kRelu6);
    y = g_.Conv(y, {keras + "project", torch + std::to_string(depth + 1), timm + (depth == 0 ? "conv_pw" : "conv_pwl")},
                stage.channels, {});
    y = g_.BatchNorm(y, {keras + "project_BN", torch + std::to_string(depth + 2), timm + last_norm}, norm_);
    ++block_;
    return stride == 1 && in == stage.channels ? g_.Add(x, y, keras + "add") : y;
  }

  const bool keras_;
  const GraphOptions& options_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
  int block_ = 0;
};

}  // namespace

Graph BuildMobileNetV2(const GraphOptions& options) { return Builder(options).Build(); }

}  // namespace train
