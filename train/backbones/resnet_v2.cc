// ResNetV2 (He et al., 2016, "Identity mappings"). timm strides in the first block of a stage. Keras strides in the
// last one, with a max-pool of one pixel as the shortcut; it also pads the stem with zeros before its pool, and has
// biases where no norm follows.

#include <array>
#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

class Builder {
 public:
  explicit Builder(const GraphOptions& options)
      : keras_(options.variant == Variant::kKeras), input_channels_(options.channels) {
    if (keras_) norm_ = {.eps = 1.001e-5, .momentum = 0.01};
  }

  Graph Build(const std::array<int, 4>& depths) {
    int x = g_.Input("input_layer", input_channels_);
    GraphBuilder::Window window = {.kernel = 7, .stride = 2, .bias = keras_};
    x = g_.PadBefore(window, x, "conv1_pad", 3, keras_);
    x = g_.Conv(x, {"conv1_conv", "stem.conv"}, 64, window);
    window = {.kernel = 3, .stride = 2};
    x = g_.PadBefore(window, x, "pool1_pad", 1, keras_);
    x = g_.MaxPool(x, "pool1_pool", window);
    int planes = 64;
    for (size_t stage = 0; stage < depths.size(); ++stage) {
      const std::string group = "conv" + std::to_string(stage + 2);
      g_.Group(group);
      for (int i = 0; i < depths[stage]; ++i) {
        keras_name_ = group + "_block" + std::to_string(i + 1);
        timm_name_ = "stages." + std::to_string(stage) + ".blocks." + std::to_string(i) + ".";
        const bool first = i == 0, last = i == depths[stage] - 1;
        x = Block(x, planes, first ? stage > 0 : false, last ? stage + 1 < depths.size() : false, first);
      }
      planes *= 2;
    }
    g_.Group("top");
    x = g_.BatchNorm(x, {"post_bn", "norm"}, norm_);
    g_.Activate(x, "post_relu", Activation::kRelu);
    g_.top() = {.items = {{}}, .names = {{"predictions", "head.fc"}}};
    return g_.Finish();
  }

 private:
  // Whether timm halves the map in this block, and whether Keras does.
  int Block(int x, int planes, bool timm_strides, bool keras_strides, bool projects) {
    const int stride = (keras_ ? keras_strides : timm_strides) ? 2 : 1;
    const int preact = Relu(Norm(x, "_preact_bn", "norm1"), "_preact_relu");
    int shortcut = x;
    if (projects) {
      shortcut = Conv(preact, "_0_conv", "downsample.conv", 4 * planes, {.stride = stride, .bias = keras_});
    } else if (keras_strides) {
      const std::string name = g_.Auto("max_pooling2d");
      shortcut = keras_ ? g_.MaxPool(x, name, {.stride = stride}) : g_.Identity(x, name);
    }
    int y = Conv(preact, "_1_conv", "conv1", planes, {});
    y = Relu(Norm(y, "_1_bn", "norm2"), "_1_relu");
    GraphBuilder::Window window = {.kernel = 3, .stride = stride};
    y = g_.PadBefore(window, y, keras_name_ + "_2_pad", 1, keras_);
    y = Conv(y, "_2_conv", "conv2", planes, window);
    y = Relu(Norm(y, "_2_bn", "norm3"), "_2_relu");
    y = Conv(y, "_3_conv", "conv3", 4 * planes, {.bias = keras_});
    return g_.Add(shortcut, y, keras_name_ + "_out");
  }

  int Conv(int x, const char* keras, const char* timm, int channels, const GraphBuilder::Window& window) {
    return g_.Conv(x, {keras_name_ + keras, timm_name_ + timm}, channels, window);
  }

  int Norm(int x, const char* keras, const char* timm) {
    return g_.BatchNorm(x, {keras_name_ + keras, timm_name_ + timm}, norm_);
  }

  int Relu(int x, const char* keras) { return g_.Activate(x, keras_name_ + keras, Activation::kRelu); }

  const bool keras_;
  const int input_channels_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
  std::string keras_name_, timm_name_;  // names of the current block
};

}  // namespace

Graph BuildResNet50V2(const GraphOptions& options) { return Builder(options).Build({3, 4, 6, 3}); }
Graph BuildResNet101V2(const GraphOptions& options) { return Builder(options).Build({3, 4, 23, 3}); }
Graph BuildResNet152V2(const GraphOptions& options) { return Builder(options).Build({3, 8, 36, 3}); }

}  // namespace train
