// SqueezeNet 1.1 (Iandola et al., 2016, and the authors' later release): torchvision's graph. Keras has none.

#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

// Appends a fire module: squeezes the channels, then expands them to `channels`, half by 1x1 and half by 3x3 windows.
int Fire(GraphBuilder& g, int x, const std::string& keras, const std::string& torch, int squeeze, int channels) {
  auto conv_relu = [&](int input, const std::string& name, int outputs, int kernel) {
    const int y = g.Conv(input, {keras + name, torch + name}, outputs,
                         {.kernel = kernel, .padding = Padding::All(kernel / 2), .bias = true});
    return g.Activate(y, keras + "relu_" + name, Activation::kRelu);
  };
  x = conv_relu(x, "squeeze", squeeze, 1);
  const int narrow = conv_relu(x, "expand1x1", channels / 2, 1), wide = conv_relu(x, "expand3x3", channels / 2, 3);
  return g.Concat({narrow, wide}, keras + "concat");
}

struct Unit {
  int squeeze, channels;
  bool pool;  // a max-pool comes before the module
};

constexpr Unit kFires[] = {{16, 128, true}, {16, 128, false}, {32, 256, true},  {32, 256, false},
                           {48, 384, true}, {48, 384, false}, {64, 512, false}, {64, 512, false}};

}  // namespace

Graph BuildSqueezeNet11(const GraphOptions& options) {
  GraphBuilder g;
  int x = g.Input("input_layer", options.channels);
  x = g.Conv(x, {"conv1", "features.0"}, 64, {.kernel = 3, .stride = 2, .bias = true});
  x = g.Activate(x, "relu_conv1", Activation::kRelu);
  int number = 2, index = 2;  // the paper's number of the module; its index in torchvision's `features`
  for (const Unit& fire : kFires) {
    if (fire.pool) {
      x = g.MaxPool(x, "pool" + std::to_string(number - 1), {.kernel = 3, .stride = 2, .ceil = true});
      ++index;
    }
    const std::string name = "fire" + std::to_string(number++);
    g.Group(name);
    x = Fire(g, x, name + "_", "features." + std::to_string(index++) + ".", fire.squeeze, fire.channels);
  }
  g.top() = {.items = {{.kind = HeadItem::Kind::kDropout, .rate = 0.5},
                       {.kind = HeadItem::Kind::kConv, .activation = Activation::kRelu}},
             .names = {{"conv10", "classifier.1"}}};
  return g.Finish();
}

}  // namespace train
