// DenseNet-BC with growth 32 (Huang et al., 2017): torchvision's graph, which timm's weights share, and Keras' graph.
// They differ in the epsilon of the norms.

#include <array>
#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

constexpr int kGrowth = 32;

class Builder {
 public:
  explicit Builder(const GraphOptions& options) : options_(options) {
    if (options.variant == Variant::kKeras) norm_ = {.eps = 1.001e-5, .momentum = 0.01};
  }

  Graph Build(const std::array<int, 4>& blocks) {
    int x = g_.Input("input_layer", options_.channels);
    x = g_.Pad(x, "zero_padding2d", Padding::All(3));
    x = g_.Conv(x, {"conv1_conv", "features.conv0"}, 64, {.kernel = 7, .stride = 2});
    x = NormRelu(x, "conv1_bn", "conv1_relu", "features.norm0");
    x = g_.Pad(x, "zero_padding2d_1", Padding::All(1));  // after a ReLU, so zeros do not change a maximum
    x = g_.MaxPool(x, "pool1", {.kernel = 3, .stride = 2});
    for (int stage = 1; stage <= 4; ++stage) {
      const std::string number = std::to_string(stage + 1);
      g_.Group("conv" + number);
      for (int i = 1; i <= blocks[static_cast<size_t>(stage - 1)]; ++i) {
        x = Block(x, "conv" + number + "_block" + std::to_string(i) + "_",
                  "features.denseblock" + std::to_string(stage) + ".denselayer" + std::to_string(i) + ".");
      }
      if (stage < 4) x = Transition(x, "pool" + number + "_", "features.transition" + std::to_string(stage) + ".");
    }
    g_.Group("top");
    NormRelu(x, "bn", "relu", "features.norm5");
    g_.top() = {.items = {{}}, .names = {{"predictions", "classifier"}}};
    return g_.Finish();
  }

 private:
  int NormRelu(int x, const std::string& keras, const std::string& relu, const std::string& torch) {
    return g_.Activate(g_.BatchNorm(x, {keras, torch}, norm_), relu, Activation::kRelu);
  }

  int Block(int x, const std::string& keras, const std::string& torch) {
    int y = NormRelu(x, keras + "0_bn", keras + "0_relu", torch + "norm1");
    y = g_.Conv(y, {keras + "1_conv", torch + "conv1"}, 4 * kGrowth, {});
    y = NormRelu(y, keras + "1_bn", keras + "1_relu", torch + "norm2");
    y = g_.Conv(y, {keras + "2_conv", torch + "conv2"}, kGrowth, {.kernel = 3, .padding = Padding::All(1)});
    return g_.Concat({x, y}, keras + "concat");
  }

  int Transition(int x, const std::string& keras, const std::string& torch) {
    x = NormRelu(x, keras + "bn", keras + "relu", torch + "norm");
    x = g_.Conv(x, {keras + "conv", torch + "conv"}, g_.channels(x) / 2, {});
    return g_.AvgPool(x, keras + "pool", {.kernel = 2, .stride = 2});
  }

  const GraphOptions& options_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
};

}  // namespace

Graph BuildDenseNet121(const GraphOptions& options) { return Builder(options).Build({6, 12, 24, 16}); }
Graph BuildDenseNet169(const GraphOptions& options) { return Builder(options).Build({6, 12, 32, 32}); }
Graph BuildDenseNet201(const GraphOptions& options) { return Builder(options).Build({6, 12, 48, 32}); }

}  // namespace train
