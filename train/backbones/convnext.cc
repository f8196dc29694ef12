// ConvNeXt-Tiny (Liu et al., 2022). The weights of torchvision, timm and Keras share one graph.

#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

constexpr double kEps = 1e-6;

struct Stage {
  int channels, blocks;
};

constexpr Stage kStages[] = {{96, 3}, {192, 3}, {384, 9}, {768, 3}};

int Block(GraphBuilder& g, int x, const std::string& keras, const std::string& torch, const std::string& timm) {
  const int channels = g.channels(x);
  const std::string steps = torch + "block.";
  int y = g.Conv(x, {keras + "depthwise_conv", steps + "0", timm + "conv_dw"}, channels,
                 {.kernel = 7, .padding = Padding::All(3), .groups = channels, .bias = true});
  y = g.LayerNorm(y, {keras + "layernorm", steps + "2", timm + "norm"}, kEps);
  y = g.Dense(y, {keras + "pointwise_conv_1", steps + "3", timm + "mlp.fc1"}, 4 * channels);
  y = g.Activate(y, keras + "gelu", Activation::kGelu);
  y = g.Dense(y, {keras + "pointwise_conv_2", steps + "5", timm + "mlp.fc2"}, channels);
  y = g.LayerScale(y, {keras + "layer_scale", torch + "layer_scale", timm + "gamma"});
  // Keras' list has the end of the branch but not the sum behind it.
  return g.Add(x, y, keras + "identity");
}

// Halves the map. In Keras this is a nested model, which is one layer of its list.
int Downsample(GraphBuilder& g, int x, int stage, int channels) {
  const std::string keras = "convnext_tiny_downsampling_", number = std::to_string(stage - 1);
  const std::string torch = "features." + std::to_string(2 * stage) + ".";
  const std::string timm = "stages." + std::to_string(stage) + ".downsample.";
  g.Within(keras + "block_" + number);
  x = g.LayerNorm(x, {keras + "layernorm_" + number, torch + "0", timm + "0"}, kEps);
  x = g.Conv(x, {keras + "conv_" + number, torch + "1", timm + "1"}, channels,
             {.kernel = 2, .stride = 2, .bias = true});
  g.Within("");
  return x;
}

}  // namespace

Graph BuildConvNextTiny(const GraphOptions& options) {
  const std::string model = "convnext_tiny_";
  GraphBuilder g;
  int x = g.Input("input_layer", options.channels);
  x = g.Identity(x, model + "prestem_normalization");
  g.Within(model + "stem");
  x = g.Conv(x, {model + "stem_conv", "features.0.0", "stem.0"}, kStages[0].channels,
             {.kernel = 4, .stride = 4, .bias = true});
  x = g.LayerNorm(x, {model + "stem_layernorm", "features.0.1", "stem.1"}, kEps);
  g.Within("");
  for (int stage = 0; stage < 4; ++stage) {
    const std::string number = std::to_string(stage);
    g.Group("stage_" + number);
    if (stage > 0) x = Downsample(g, x, stage, kStages[stage].channels);
    for (int i = 0; i < kStages[stage].blocks; ++i) {
      const std::string block = std::to_string(i);
      x = Block(g, x, model + "stage_" + number + "_block_" + block + "_",
                "features." + std::to_string(2 * stage + 1) + "." + block + ".",
                "stages." + number + ".blocks." + block + ".");
    }
  }
  // Keras without a top norms the map. Keras with a top, torchvision and timm norm the pooled map; so does the top
  // here.
  g.Identity(x, "layer_normalization");
  g.top() = {.items = {{.kind = HeadItem::Kind::kNorm}, {}},
             .names = {{model + "head_layernorm", "classifier.0", "head.norm"},
                       {model + "head_dense", "classifier.2", "head.fc"}},
             .is_default = true};
  return g.Finish();
}

}  // namespace train
