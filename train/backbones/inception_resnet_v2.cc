// Inception-ResNet-v2 (Szegedy et al., 2016): timm's graph, which is Cadene's, and Keras' graph. They compute the same.

#include <string>
#include <vector>

#include "train/backbones/inception.h"

namespace train {

namespace {

class Builder : InceptionBuilder {
 public:
  using InceptionBuilder::InceptionBuilder;

  Graph Build() {
    int x = g_.Input("input_layer", options_.channels);
    x = Chain(x, "conv2d_", {{"1a", 32, 3, 3, 2}, {"2a", 32, 3, 3, 1, /*valid=*/true}, {"2b", 64, 3, 3}});
    x = Chain(MaxPool(x), "conv2d_", {{"3b", 80}, {"4a", 192, 3, 3, 1, /*valid=*/true}});
    x = MaxPool(x);
    g_.Group("block_mixed_5b");
    std::vector<int> branches =
        Branches(x, "mixed_5b.",
                 {{{"0", 96}}, {{"1.0", 48}, {"1.1", 64, 5, 5}}, {{"2.0", 64}, {"2.1", 96, 3, 3}, {"2.2", 96, 3, 3}}});
    branches.push_back(Chain(AvgPool(x, /*count_padding=*/false), "mixed_5b.branch", {{"3.1", 64}}));
    x = g_.Concat(branches, "mixed_5b");
    const Chains block35 = {
        {{"0", 32}}, {{"1.0", 32}, {"1.1", 32, 3, 3}}, {{"2.0", 32}, {"2.1", 48, 3, 3}, {"2.2", 64, 3, 3}}};
    for (int i = 0; i < 10; ++i) x = Block(x, "block35", i, "repeat." + std::to_string(i) + ".", block35, 0.17);
    x = Reduction(x, "mixed_6a", {{{"0", 384, 3, 3, 2}}, {{"1.0", 256}, {"1.1", 256, 3, 3}, {"1.2", 384, 3, 3, 2}}});
    const Chains block17 = {{{"0", 192}}, {{"1.0", 128}, {"1.1", 160, 1, 7}, {"1.2", 192, 7, 1}}};
    for (int i = 0; i < 20; ++i) x = Block(x, "block17", i, "repeat_1." + std::to_string(i) + ".", block17, 0.1);
    x = Reduction(x, "mixed_7a",
                  {{{"0.0", 256}, {"0.1", 384, 3, 3, 2}},
                   {{"1.0", 256}, {"1.1", 288, 3, 3, 2}},
                   {{"2.0", 256}, {"2.1", 288, 3, 3}, {"2.2", 320, 3, 3, 2}}});
    const Chains block8 = {{{"0", 192}}, {{"1.0", 192}, {"1.1", 224, 1, 3}, {"1.2", 256, 3, 1}}};
    for (int i = 0; i < 9; ++i) x = Block(x, "block8", i, "repeat_2." + std::to_string(i) + ".", block8, 0.2);
    x = Block(x, "block8", 9, "block8.", block8, 1, /*activate=*/false);
    g_.Group("conv_7b");
    x = g_.Conv(x, {"conv_7b", "conv2d_7b.conv"}, 1536, {});
    x = g_.BatchNorm(x, {"conv_7b_bn", "conv2d_7b.bn"}, norm_);
    g_.Activate(x, "conv_7b_ac", Activation::kRelu);
    g_.top() = {.items = {{}}, .names = {{"predictions", "classif"}}};
    return g_.Finish();
  }

 private:
  using Chains = std::vector<std::vector<Step>>;

  std::vector<int> Branches(int x, const std::string& torch, const Chains& chains) {
    std::vector<int> branches;
    for (const std::vector<Step>& chain : chains) branches.push_back(Chain(x, torch + "branch", chain));
    return branches;
  }

  int Reduction(int x, const std::string& name, const Chains& chains) {
    g_.Group("block_" + name);
    std::vector<int> branches = Branches(x, name + ".", chains);
    branches.push_back(MaxPool(x));
    return g_.Concat(std::move(branches), name);
  }

  int Block(int x, const std::string& kind, int index, const std::string& torch, const Chains& chains, double scale,
            bool activate = true) {
    const std::string keras = kind + "_" + std::to_string(index + 1);
    g_.Group(keras);
    int y = g_.Concat(Branches(x, torch, chains), keras + "_mixed");
    y = g_.Conv(y, {keras + "_conv", torch + "conv2d"}, g_.channels(x), {.bias = true});
    x = g_.Add(x, y, g_.Auto("custom_scale_layer"), scale);
    return activate ? g_.Activate(x, keras + "_ac", Activation::kRelu) : x;
  }
};

}  // namespace

Graph BuildInceptionResNetV2(const GraphOptions& options) { return Builder(options).Build(); }

}  // namespace train
