// Xception (Chollet, 2017): Keras' graph and that of timm's legacy_xception. timm's weights were converted from Keras',
// but its max-pools pad both sides and its norms have PyTorch's epsilon.

#include <string>
#include <vector>

#include "train/backbones/builders.h"

namespace train {

namespace {

class Builder {
 public:
  explicit Builder(const GraphOptions& options) : keras_(options.variant == Variant::kKeras), options_(options) {
    if (keras_) norm_ = {.eps = 1e-3, .momentum = 0.01};
  }

  Graph Build() {
    g_.Group("block1");
    int x = g_.Input("input_layer", options_.channels);
    x = Stem(x, "1", 32, 2);
    x = Stem(x, "2", 64, 1);
    x = Block(x, 2, {128, 128}, 2);
    x = Block(x, 3, {256, 256}, 2);
    x = Block(x, 4, {728, 728}, 2);
    for (int number = 5; number <= 12; ++number) x = Block(x, number, {728, 728, 728}, 1);
    x = Block(x, 13, {728, 1024}, 2);
    g_.Group("block14");
    x = Separable(x, "block14_sepconv1", "conv3", "bn3", 1536);
    x = g_.Activate(x, "block14_sepconv1_act", Activation::kRelu);
    x = Separable(x, "block14_sepconv2", "conv4", "bn4", 2048);
    g_.Activate(x, "block14_sepconv2_act", Activation::kRelu);
    g_.top() = {.items = {{}}, .names = {{"predictions", "fc"}}};
    return g_.Finish();
  }

 private:
  int Stem(int x, const std::string& number, int channels, int stride) {
    const std::string keras = "block1_conv" + number;
    x = g_.Conv(x, {keras, "conv" + number}, channels, {.kernel = 3, .stride = stride});
    x = g_.BatchNorm(x, {keras + "_bn", "bn" + number}, norm_);
    return g_.Activate(x, keras + "_act", Activation::kRelu);
  }

  int Separable(int x, const std::string& keras, const std::string& torch, const std::string& norm, int channels) {
    x = g_.Depthwise(x, {keras, torch + ".conv1"}, {.kernel = 3, .padding = Padding::All(1)});
    x = g_.Conv(x, {keras, torch + ".pointwise"}, channels, {});
    g_.layer(x).keras_kernel = Layer::KerasKernel::kPointwise;
    return g_.BatchNorm(x, {keras + "_bn", norm}, norm_);
  }

  // `number` is Keras' number of the block; timm's is one less.
  int Block(int x, int number, const std::vector<int>& channels, int stride) {
    const std::string keras = "block" + std::to_string(number) + "_";
    const std::string torch = "block" + std::to_string(number - 1) + ".";
    g_.Group("block" + std::to_string(number));
    int shortcut = x;
    if (stride != 1) {
      shortcut = g_.Conv(x, {g_.Auto("conv2d"), torch + "skip"}, channels.back(), {.stride = stride});
      shortcut = g_.BatchNorm(shortcut, {g_.Auto("batch_normalization"), torch + "skipbn"}, norm_);
    }
    int place = 0;  // index in timm's Sequential
    for (size_t i = 0; i < channels.size(); ++i) {
      const std::string separable = keras + "sepconv" + std::to_string(i + 1), rep = torch + "rep.";
      if (number > 2 || i > 0) {  // block1 ended with a ReLU, so block2 does not begin with one
        x = g_.Activate(x, separable + "_act", Activation::kRelu);
        ++place;
      }
      x = Separable(x, separable, rep + std::to_string(place), rep + std::to_string(place + 1), channels[i]);
      place += 2;
    }
    if (stride != 1) {
      const Padding padding = keras_ ? Padding::Same() : Padding::All(1);
      x = g_.MaxPool(x, keras + "pool", {.kernel = 3, .stride = stride, .padding = padding});
    }
    return g_.Add(x, shortcut, g_.Auto("add"));
  }

  const bool keras_;
  const GraphOptions& options_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
};

}  // namespace

Graph BuildXception(const GraphOptions& options) { return Builder(options).Build(); }

}  // namespace train
