// InceptionV3 (Szegedy et al., 2015) without its second classifier: torchvision's graph, which timm's weights share,
// and Keras' graph, whose average pools leave padding out of the mean.

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
    x = Chain(x, "Conv2d_", {{"1a_3x3", 32, 3, 3, 2}, {"2a_3x3", 32, 3, 3, 1, /*valid=*/true}, {"2b_3x3", 64, 3, 3}});
    x = Chain(MaxPool(x), "Conv2d_", {{"3b_1x1", 80}, {"4a_3x3", 192, 3, 3, 1, /*valid=*/true}});
    x = MaxPool(x);
    for (const int pool : {32, 64, 64}) x = MixedA(x, pool);
    x = Mixed(x, "6a",
              {{{"branch3x3", 384, 3, 3, 2}},
               {{"branch3x3dbl_1", 64}, {"branch3x3dbl_2", 96, 3, 3}, {"branch3x3dbl_3", 96, 3, 3, 2}}},
              0);
    char letter = 'b';
    for (const int width : {128, 160, 160, 192}) x = MixedC(x, std::string("6") + letter++, width);
    x = Mixed(x, "7a",
              {{{"branch3x3_1", 192}, {"branch3x3_2", 320, 3, 3, 2}},
               {{"branch7x7x3_1", 192},
                {"branch7x7x3_2", 192, 1, 7},
                {"branch7x7x3_3", 192, 7, 1},
                {"branch7x7x3_4", 192, 3, 3, 2}}},
              0);
    x = MixedE(x, "7b");
    MixedE(x, "7c");
    g_.top() = {.items = {{}}, .names = {{"predictions", "fc"}}};
    if (!keras_) g_.top().items = {{.kind = HeadItem::Kind::kDropout, .rate = 0.5}, {}};
    return g_.Finish();
  }

 private:
  // Chains side by side, and a pool: an average followed by a convolution of `pool` channels, or a maximum if `pool` is
  // 0.
  int Mixed(int x, const std::string& torch, const std::vector<std::vector<Step>>& chains, int pool) {
    const std::string prefix = Begin(torch);
    std::vector<int> branches;
    for (const std::vector<Step>& chain : chains) branches.push_back(Chain(x, prefix, chain));
    branches.push_back(pool == 0 ? MaxPool(x) : PoolBranch(x, prefix, pool));
    return End(branches);
  }

  int MixedA(int x, int pool) {
    return Mixed(x, std::string("5") + static_cast<char>('b' + number_),
                 {{{"branch1x1", 64}},
                  {{"branch5x5_1", 48}, {"branch5x5_2", 64, 5, 5}},
                  {{"branch3x3dbl_1", 64}, {"branch3x3dbl_2", 96, 3, 3}, {"branch3x3dbl_3", 96, 3, 3}}},
                 pool);
  }

  int MixedC(int x, const std::string& torch, int width) {
    return Mixed(x, torch,
                 {{{"branch1x1", 192}},
                  {{"branch7x7_1", width}, {"branch7x7_2", width, 1, 7}, {"branch7x7_3", 192, 7, 1}},
                  {{"branch7x7dbl_1", width},
                   {"branch7x7dbl_2", width, 7, 1},
                   {"branch7x7dbl_3", width, 1, 7},
                   {"branch7x7dbl_4", width, 7, 1},
                   {"branch7x7dbl_5", 192, 1, 7}}},
                 192);
  }

  // The last kind of mixed layer, two of whose chains fork at their ends.
  int MixedE(int x, const std::string& torch) {
    const std::string prefix = Begin(torch);
    const int single = Chain(x, prefix, {{"branch1x1", 320}});
    int fork = Chain(x, prefix, {{"branch3x3_1", 384}});
    int left = Chain(fork, prefix, {{"branch3x3_2a", 384, 1, 3}});
    int right = Chain(fork, prefix, {{"branch3x3_2b", 384, 3, 1}});
    const int three = g_.Concat({left, right}, "mixed9_" + std::to_string(number_ - 9));
    fork = Chain(x, prefix, {{"branch3x3dbl_1", 448}, {"branch3x3dbl_2", 384, 3, 3}});
    left = Chain(fork, prefix, {{"branch3x3dbl_3a", 384, 1, 3}});
    right = Chain(fork, prefix, {{"branch3x3dbl_3b", 384, 3, 1}});
    const int twice = g_.Concat({left, right}, g_.Auto("concatenate"));
    return End({single, three, twice, PoolBranch(x, prefix, 192)});
  }

  int PoolBranch(int x, const std::string& prefix, int channels) {
    return Chain(AvgPool(x, /*count_padding=*/!keras_), prefix, {{"branch_pool", channels}});
  }

  std::string Begin(const std::string& torch) {
    g_.Group("block_mixed" + std::to_string(number_));
    return "Mixed_" + torch + ".";
  }

  int End(std::vector<int> branches) { return g_.Concat(std::move(branches), "mixed" + std::to_string(number_++)); }

  int number_ = 0;  // Keras' number of the current mixed layer
};

}  // namespace

Graph BuildInceptionV3(const GraphOptions& options) { return Builder(options).Build(); }

}  // namespace train
