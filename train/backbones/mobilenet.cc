// MobileNet 1.0 (Howard et al., 2017): the graphs of timm's mobilenetv1_100 and of Keras.

#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

struct Stage {
  int channels, blocks;
};

// The first block of each stage but the first halves the map.
constexpr Stage kStages[] = {{64, 1}, {128, 2}, {256, 2}, {512, 6}, {1024, 2}};

class Builder {
 public:
  explicit Builder(const GraphOptions& options) : keras_(options.variant == Variant::kKeras), options_(options) {
    if (keras_) norm_ = {.eps = 1e-3, .momentum = 0.01};
  }

  Graph Build() {
    int x = g_.Input("input_layer", options_.channels);
    x = g_.Conv(x, {"conv1", "conv_stem"}, 32, {.kernel = 3, .stride = 2, .padding = Padding3()});
    x = NormRelu(x, "conv1", "bn1");
    int stage_number = 0;
    for (const Stage& stage : kStages) {
      for (int i = 0; i < stage.blocks; ++i) {
        x = Block(x, stage.channels, i == 0 && stage_number > 0 ? 2 : 1,
                  "blocks." + std::to_string(stage_number) + "." + std::to_string(i) + ".");
      }
      ++stage_number;
    }
    // Keras' head is a 1x1 convolution of the pooled map, which is a dense layer.
    if (keras_) g_.top().items.push_back({.kind = HeadItem::Kind::kDropout, .rate = 1e-3});
    g_.top().items.push_back({});
    g_.top().names = {{"conv_preds", "classifier"}};
    return g_.Finish();
  }

 private:
  Padding Padding3() const { return keras_ ? Padding::Same() : Padding::All(1); }

  int NormRelu(int x, const std::string& keras, const std::string& timm) {
    x = g_.BatchNorm(x, {keras + "_bn", timm}, norm_);
    return g_.Activate(x, keras + "_relu", Activation::kRelu6);
  }

  int Block(int x, int channels, int stride, const std::string& timm) {
    const std::string number = std::to_string(++block_);
    const std::string depthwise = "conv_dw_" + number, pointwise = "conv_pw_" + number;
    g_.Group("block_" + number);
    Padding padding = Padding3();
    if (stride == 2) {
      // Keras always pads the bottom and right, so a map with an odd side loses its last row: 7 becomes 3, not 4.
      x = g_.Pad(x, "conv_pad_" + number, keras_ ? Padding::Of(0, 0, 1, 1) : Padding::All(1));
      padding = Padding::Valid();
    }
    x = g_.Depthwise(x, {depthwise, timm + "conv_dw"}, {.kernel = 3, .stride = stride, .padding = padding});
    x = NormRelu(x, depthwise, timm + "bn1");
    x = g_.Conv(x, {pointwise, timm + "conv_pw"}, channels, {});
    return NormRelu(x, pointwise, timm + "bn2");
  }

  const bool keras_;
  const GraphOptions& options_;
  GraphBuilder g_;
  GraphBuilder::Norm norm_;
  int block_ = 0;
};

}  // namespace

Graph BuildMobileNet(const GraphOptions& options) { return Builder(options).Build(); }

}  // namespace train
