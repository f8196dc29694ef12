// ResNet (He et al., 2015) and ResNeXt 32x4d (Xie et al., 2016). torchvision's ResNet strides in the 3x3 convolution of
// a bottleneck, Keras' in the first 1x1 convolution. Keras' ResNet has biases everywhere. Both ResNeXts stride in the
// 3x3.

#include <array>
#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

enum class Kind { kBasic, kBottleneck, kGrouped };

constexpr int kGroups = 32;

class Builder {
 public:
  Builder(const GraphOptions& options, Kind kind)
      : keras_(options.variant == Variant::kKeras),
        kind_(kind),
        bias_(keras_ && kind == Kind::kBottleneck),
        input_channels_(options.channels) {
    if (keras_) norm_ = {.eps = 1.001e-5, .momentum = 0.01};
  }

  Graph Build(const std::array<int, 4>& depths) {
    int x = g_.Input("input_layer", input_channels_);
    GraphBuilder::Window window = {.kernel = 7, .stride = 2, .bias = bias_};
    x = g_.PadBefore(window, x, "conv1_pad", 3, keras_);
    x = g_.Conv(x, {"conv1_conv", "conv1"}, 64, window);
    x = g_.BatchNorm(x, {"conv1_bn", "bn1"}, norm_);
    x = g_.Activate(x, "conv1_relu", Activation::kRelu);
    window = {.kernel = 3, .stride = 2};
    x = g_.PadBefore(window, x, "pool1_pad", 1, keras_);
    x = g_.MaxPool(x, "pool1_pool", window);
    int planes = 64;
    for (size_t stage = 0; stage < depths.size(); ++stage) {
      const std::string group = "conv" + std::to_string(stage + 2);
      g_.Group(group);
      for (int i = 0; i < depths[stage]; ++i) {
        keras_name_ = group + "_block" + std::to_string(i + 1);
        torch_name_ = "layer" + std::to_string(stage + 1) + "." + std::to_string(i) + ".";
        x = Block(x, planes, stage > 0 && i == 0 ? 2 : 1);
      }
      planes *= 2;
    }
    g_.top() = {.items = {{}}, .names = {{"predictions", "fc"}}};
    return g_.Finish();
  }

 private:
  int Block(int x, int planes, int stride) {
    const int out = kind_ == Kind::kBasic ? planes : 4 * planes;
    int shortcut = x;
    if (g_.channels(x) != out) {
      shortcut =
          g_.Conv(x, {keras_name_ + "_0_conv", torch_name_ + "downsample.0"}, out, {.stride = stride, .bias = bias_});
      shortcut = g_.BatchNorm(shortcut, {keras_name_ + "_0_bn", torch_name_ + "downsample.1"}, norm_);
    }
    const GraphBuilder::Window three = {.kernel = 3, .padding = Padding::All(1), .bias = bias_};
    int y = x;
    if (kind_ == Kind::kBasic) {
      GraphBuilder::Window first = three;
      first.stride = stride;
      y = Relu(Norm(Conv(y, 1, planes, first), 1), 1);
      y = Norm(Conv(y, 2, planes, three), 2);
    } else if (kind_ == Kind::kBottleneck) {
      GraphBuilder::Window first = {.bias = bias_}, second = three;
      (keras_ ? first : second).stride = stride;
      y = Relu(Norm(Conv(y, 1, planes, first), 1), 1);
      y = Relu(Norm(Conv(y, 2, planes, second), 2), 2);
      y = Norm(Conv(y, 3, out, {.bias = bias_}), 3);
    } else {
      y = Relu(Norm(Conv(y, 1, 2 * planes, {}), 1), 1);
      y = Relu(Norm(GroupedConv(y, 2 * planes, stride), 2), 2);
      y = Norm(Conv(y, 3, out, {}), 3);
    }
    y = g_.Add(shortcut, y, keras_name_ + "_add");
    return g_.Activate(y, keras_name_ + "_out", Activation::kRelu);
  }

  // tf_keras multiplies the channels in a depthwise convolution, and sums them within the groups by TensorFlow calls
  // that count as layers.
  int GroupedConv(int x, int channels, int stride) {
    GraphBuilder::Window window = {.kernel = 3, .stride = stride, .groups = kGroups};
    x = g_.PadBefore(window, x, keras_name_ + "_2_pad", 1, keras_);
    x = Conv(x, 2, channels, window);
    g_.layer(x).keras_kernel = Layer::KerasKernel::kGrouped;
    const int shape = g_.Identity(x, g_.Auto("tf.compat.v1.shape"));
    const int size = g_.Identity(shape, g_.Auto("tf.__operators__.getitem"));
    int target = g_.Identity(size, g_.Auto("tf.concat"));
    x = g_.Identity({x, target}, g_.Auto("tf.reshape"));
    x = g_.Identity(x, keras_name_ + "_2_reduce");
    target = g_.Identity(size, g_.Auto("tf.concat"));
    return g_.Identity({x, target}, g_.Auto("tf.reshape"));
  }

  int Conv(int x, int number, int channels, const GraphBuilder::Window& window) {
    const std::string n = std::to_string(number);
    return g_.Conv(x, {keras_name_ + "_" + n + "_conv", torch_name_ + "conv" + n}, channels, window);
  }

  int Norm(int x, int number) {
    const std::string n = std::to_string(number);
    return g_.BatchNorm(x, {keras_name_ + "_" + n + "_bn", torch_name_ + "bn" + n}, norm_);
  }

  int Relu(int x, int number) {
    return g_.Activate(x, keras_name_ + "_" + std::to_string(number) + "_relu", Activation::kRelu);
  }

  const bool keras_;
  const Kind kind_;
  const bool bias_;
  const int input_channels_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
  std::string keras_name_, torch_name_;  // names of the current block
};

}  // namespace

Graph BuildResNet18(const GraphOptions& options) { return Builder(options, Kind::kBasic).Build({2, 2, 2, 2}); }
Graph BuildResNet34(const GraphOptions& options) { return Builder(options, Kind::kBasic).Build({3, 4, 6, 3}); }
Graph BuildResNet50(const GraphOptions& options) { return Builder(options, Kind::kBottleneck).Build({3, 4, 6, 3}); }
Graph BuildResNet101(const GraphOptions& options) { return Builder(options, Kind::kBottleneck).Build({3, 4, 23, 3}); }
Graph BuildResNet152(const GraphOptions& options) { return Builder(options, Kind::kBottleneck).Build({3, 8, 36, 3}); }
Graph BuildResNeXt50(const GraphOptions& options) { return Builder(options, Kind::kGrouped).Build({3, 4, 6, 3}); }
Graph BuildResNeXt101(const GraphOptions& options) { return Builder(options, Kind::kGrouped).Build({3, 4, 23, 3}); }

}  // namespace train
