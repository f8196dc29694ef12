// VGG D and E (Simonyan & Zisserman, 2014). Keras' graph equals PyTorch's; its published top has no dropout.

#include <array>
#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

constexpr int kBlocks = 5;
constexpr std::array<int, kBlocks> kChannels = {64, 128, 256, 512, 512};

Graph Build(const GraphOptions& options, const std::array<int, kBlocks>& depths) {
  GraphBuilder g;
  g.Group("block1");
  int x = g.Input("input_layer", options.channels);
  int features = 0;  // index in torchvision's `features`, which counts ReLUs and pools too
  for (size_t block = 0; block < kBlocks; ++block) {
    const std::string name = "block" + std::to_string(block + 1);
    if (block > 0) g.Group(name);
    for (int i = 1; i <= depths[block]; ++i) {
      const std::string conv = name + "_conv" + std::to_string(i);
      x = g.Conv(x, {conv, "features." + std::to_string(features)}, kChannels[block],
                 {.kernel = 3, .padding = Padding::All(1), .bias = true});
      x = g.Activate(x, conv, Activation::kRelu);
      features += 2;
    }
    x = g.MaxPool(x, name + "_pool", {.kernel = 2, .stride = 2});
    ++features;
  }
  const HeadItem hidden = {.units = 4096, .activation = Activation::kRelu};
  const HeadItem dropout = {.kind = HeadItem::Kind::kDropout, .rate = 0.5};
  g.top().pooling = Pooling::kFlatten;
  g.top().items = {hidden, dropout, hidden, dropout, {}};
  if (options.variant == Variant::kKeras) g.top().items = {hidden, hidden, {}};
  g.top().names = {{"fc1", "classifier.0", "pre_logits.fc1"},
                   {"fc2", "classifier.3", "pre_logits.fc2"},
                   {"predictions", "classifier.6", "head.fc"}};
  return g.Finish();
}

}  // namespace

Graph BuildVgg16(const GraphOptions& options) { return Build(options, {2, 2, 3, 3, 3}); }
Graph BuildVgg19(const GraphOptions& options) { return Build(options, {2, 2, 4, 4, 4}); }

}  // namespace train
