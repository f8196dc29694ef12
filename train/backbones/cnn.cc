// The two plain networks of dstools, which are trained from scratch.

#include <string>

#include "train/backbones/builders.h"

namespace train {

// simple_cnn: four times convolution, ReLU and max-pool, then a dense layer of 512.
Graph BuildSimpleCnn(const GraphOptions& options) {
  GraphBuilder g;
  int x = g.Input("input_layer", options.channels), number = 0;
  for (const int channels : {32, 64, 128, 128}) {
    const std::string suffix = "_" + std::to_string(number + 1);
    if (number > 0) g.Group("block" + suffix);
    x = g.Conv(x, {"conv" + suffix, "features." + std::to_string(number)}, channels,
               {.kernel = 3, .padding = Padding::All(1), .bias = true});
    x = g.Activate(x, "relu" + suffix, Activation::kRelu);
    x = g.MaxPool(x, "pool" + suffix, {.kernel = 2, .stride = 2});
    ++number;
  }
  g.Group("dense");
  x = g.Flatten(x, "flatten");
  x = g.Dense(x, {"dense", "dense"}, 512);
  g.Activate(x, "dense_relu", Activation::kRelu);
  g.top() = {.items = {{}}, .names = {{"classifier", "classifier.1"}}};
  return g.Finish();
}

// small_cnn: twice convolution, BatchNorm, ReLU and max-pool, then dropout and a dense layer of 256.
Graph BuildSmallCnn(const GraphOptions& options) {
  GraphBuilder g;
  int x = g.Input("input_layer", options.channels), number = 1;
  for (const int channels : {32, 64}) {
    const std::string suffix = std::to_string(number);
    if (number > 1) g.Group("block" + suffix);
    x = g.Conv(x, {"conv" + suffix, "conv" + suffix}, channels, {.kernel = 3, .padding = Padding::All(1)});
    x = g.BatchNorm(x, {"bn" + suffix, "bn" + suffix}, {});
    x = g.Activate(x, "relu" + suffix, Activation::kRelu);
    x = g.MaxPool(x, "pool" + suffix, {.kernel = 2, .stride = 2});
    ++number;
  }
  g.Group("dense");
  x = g.Flatten(x, "flatten");
  x = g.Dropout(x, "dropout", options.dropout);
  x = g.Dense(x, {"dense", "dense"}, 256);
  g.Activate(x, "dense_relu", Activation::kRelu);
  g.top() = {.items = {{}}, .names = {{"classifier", "classifier.1"}}};
  return g.Finish();
}

}  // namespace train
