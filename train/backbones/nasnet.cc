// NASNet-A (Zoph et al., 2018): Keras' graph and the graph of the PyTorch weights. The latter are timm's for the large
// one, and Cadene's (package pretrainedmodels) for the mobile one, whose fixed padding equals TensorFlow's if the image
// size is a multiple of 32. The graphs differ in the strided pools of the reduction cells: Keras pads with zeros that
// count; in PyTorch padding counts only in the mean pools of the large one.

#include <string>

#include "train/backbones/builders.h"

namespace train {

namespace {

struct Size {
  int stem, filters, cells;  // channels of the first convolution and of a normal cell's parts; normal cells per stage
  // Whether the second input of the first cell after a reduction is the second input of the reduction, not its first.
  bool skip_reduction;
  bool count_padding;  // whether PyTorch's strided mean pools count padding
  double dropout;      // rate before PyTorch's classifier
};

constexpr Size kMobile = {32, 44, 4, false, false, 0.5};
constexpr Size kLarge = {96, 168, 6, true, true, 0};

class Builder {
 public:
  Builder(const GraphOptions& options, const Size& size)
      : keras_(options.variant == Variant::kKeras),
        options_(options),
        size_(size),
        norm_{.eps = 1e-3, .momentum = keras_ ? 0.0003 : 0.1} {}

  Graph Build() {
    int x = g_.Input("input_layer", options_.channels);
    x = g_.Conv(x, {"stem_conv1", "conv0.conv"}, size_.stem, {.kernel = 3, .stride = 2});
    int p = g_.BatchNorm(x, {"stem_bn1", "conv0.bn"}, norm_);
    g_.Group("stem_1");
    x = Reduction(p, p, "stem_1", "cell_stem_0.", size_.filters / 4);
    g_.Group("stem_2");
    const int second = Adjust(p, "stem_2", "cell_stem_1.", size_.filters / 2);
    p = x;
    x = Reduction(x, second, "stem_2", "cell_stem_1.", size_.filters / 2);
    for (int stage = 0; stage < 3; ++stage) {
      const int filters = size_.filters << stage;
      if (stage > 0) {
        const std::string id = "reduce_" + std::to_string(stage * size_.cells);
        const std::string torch = "reduction_cell_" + std::to_string(stage - 1) + ".";
        g_.Group(id);
        const int reduced = Reduction(x, Project(p, id, torch, filters), id, torch, filters);
        if (!size_.skip_reduction) p = x;
        x = reduced;
      }
      for (int i = 0; i < size_.cells; ++i) {
        const std::string id = std::to_string(stage * size_.cells + i + (stage > 0 ? 1 : 0));
        const std::string torch = "cell_" + std::to_string(6 * stage + i) + ".";
        g_.Group("cell_" + id);
        p = i == 0 ? Adjust(p, id, torch, filters) : Project(p, id, torch, filters);
        const int cell = Normal(x, p, id, torch, filters);
        p = x;
        x = cell;
      }
    }
    Relu(x);
    g_.top() = {.items = {{}}, .names = {{"predictions", "last_linear"}}};
    if (!keras_ && size_.dropout > 0) {
      g_.top().items.insert(g_.top().items.begin(), {.kind = HeadItem::Kind::kDropout, .rate = size_.dropout});
    }
    return g_.Finish();
  }

 private:
  int Relu(int x) { return g_.Activate(x, g_.Auto("activation"), Activation::kRelu); }

  int ReluConvNorm(int x, const Names& conv, const Names& norm, int filters) {
    return g_.BatchNorm(g_.Conv(Relu(x), conv, filters, {}), norm, norm_);
  }

  // Brings the cell's second input to `filters` channels.
  int Project(int p, const std::string& id, const std::string& torch, int filters) {
    return ReluConvNorm(p, {"adjust_conv_projection_" + id, torch + "conv_prev_1x1.conv"},
                        {"adjust_bn_" + id, torch + "conv_prev_1x1.bn"}, filters);
  }

  // Does the same for a second input that is twice as large as the first: takes every other pixel, and those diagonally
  // between them.
  int Adjust(int p, const std::string& id, const std::string& torch, int filters) {
    p = g_.Activate(p, "adjust_relu_1_" + id, Activation::kRelu);
    int even = g_.AvgPool(p, "adjust_avg_pool_1_" + id, {.stride = 2});
    even = g_.Conv(even, {"adjust_conv_1_" + id, torch + "path_1.conv"}, filters / 2, {});
    int odd = g_.Pad(p, g_.Auto("zero_padding2d"), Padding::Of(0, 0, 1, 1));
    odd = g_.Pad(odd, g_.Auto("cropping2d"), Padding::Of(-1, -1, 0, 0));
    odd = g_.AvgPool(odd, "adjust_avg_pool_2_" + id, {.stride = 2});
    odd = g_.Conv(odd, {"adjust_conv_2_" + id, torch + "path_2.conv"}, filters / 2, {});
    return g_.BatchNorm(g_.Concat({even, odd}, g_.Auto("concatenate")), {"adjust_bn_" + id, torch + "final_path_bn"},
                        norm_);
  }

  // Appends, twice, a ReLU, a separable convolution and a norm.
  int Separable(int x, const std::string& id, const std::string& torch, int filters, int kernel, int stride = 1) {
    for (const std::string half : {"1", "2"}) {
      const std::string keras = "separable_conv_" + half + "_";
      const std::string separable = torch + ".separable_" + half;
      const bool strided = half == "1" && stride != 1;
      x = Relu(x);
      if (strided) x = g_.PadSame(x, keras + "pad_" + id, kernel, stride);
      const Padding padding = strided ? Padding::Valid() : Padding::All(kernel / 2);
      x = g_.Depthwise(x, {keras + id, separable + ".depthwise_conv2d"},
                       {.kernel = kernel, .stride = strided ? stride : 1, .padding = padding});
      x = g_.Conv(x, {keras + id, separable + ".pointwise_conv2d"}, filters, {});
      g_.layer(x).keras_kernel = Layer::KerasKernel::kPointwise;
      x = g_.BatchNorm(x, {keras + "bn_" + id, torch + ".bn_sep_" + half}, norm_);
    }
    return x;
  }

  int AvgPool(int x, const std::string& name) { return g_.AvgPool(x, name, {.kernel = 3, .padding = Padding::All(1)}); }

  int Normal(int x, int p, const std::string& id, const std::string& torch, int filters) {
    const std::string comb = torch + "comb_iter_";
    const int h = ReluConvNorm(x, {"normal_conv_1_" + id, torch + "conv_1x1.conv"},
                               {"normal_bn_1_" + id, torch + "conv_1x1.bn"}, filters);
    auto name = [&](const std::string& what) { return "normal_" + what + "_" + id; };
    int left = Separable(h, name("left1"), comb + "0_left", filters, 5);
    int right = Separable(p, name("right1"), comb + "0_right", filters, 3);
    const int x1 = g_.Add(left, right, name("add_1"));
    left = Separable(p, name("left2"), comb + "1_left", filters, 5);
    right = Separable(p, name("right2"), comb + "1_right", filters, 3);
    const int x2 = g_.Add(left, right, name("add_2"));
    const int x3 = g_.Add(AvgPool(h, name("left3")), p, name("add_3"));
    left = AvgPool(p, name("left4"));
    right = AvgPool(p, name("right4"));
    const int x4 = g_.Add(left, right, name("add_4"));
    const int x5 = g_.Add(Separable(h, name("left5"), comb + "4_left", filters, 3), h, name("add_5"));
    return g_.Concat({p, x1, x2, x3, x4, x5}, name("concat"));
  }

  int Reduction(int x, int p, const std::string& id, const std::string& torch, int filters) {
    const std::string comb = torch + "comb_iter_";
    const int h = ReluConvNorm(x, {"reduction_conv_1_" + id, torch + "conv_1x1.conv"},
                               {"reduction_bn_1_" + id, torch + "conv_1x1.bn"}, filters);
    auto name = [&](const std::string& what) { return "reduction_" + what + "_" + id; };
    const int pooled = keras_ ? g_.PadSame(h, name("pad_1"), 3, 2) : g_.Identity(h, name("pad_1"));
    const GraphBuilder::Window pool = {.kernel = 3,
                                       .stride = 2,
                                       .padding = keras_ ? Padding::Valid() : Padding::Same(),
                                       .count_padding = !keras_ && size_.count_padding};
    int left = Separable(h, name("left1"), comb + "0_left", filters, 5, 2);
    int right = Separable(p, name("right1"), comb + "0_right", filters, 7, 2);
    const int x1 = g_.Add(left, right, name("add_1"));
    left = g_.MaxPool(pooled, name("left2"), pool);
    right = Separable(p, name("right2"), comb + "1_right", filters, 7, 2);
    const int x2 = g_.Add(left, right, name("add_2"));
    left = g_.AvgPool(pooled, name("left3"), pool);
    right = Separable(p, name("right3"), comb + "2_right", filters, 5, 2);
    const int x3 = g_.Add(left, right, name("add3"));
    const int x4 = g_.Add(x2, AvgPool(x1, name("left4")), g_.Auto("add"));
    left = Separable(x1, name("left4"), comb + "4_left", filters, 3);
    right = g_.MaxPool(pooled, name("right5"), pool);
    const int x5 = g_.Add(left, right, name("add4"));
    return g_.Concat({x2, x3, x4, x5}, name("concat"));
  }

  const bool keras_;
  const GraphOptions& options_;
  const Size& size_;
  GraphBuilder g_;
  const GraphBuilder::Norm norm_;
};

}  // namespace

Graph BuildNasNetMobile(const GraphOptions& options) { return Builder(options, kMobile).Build(); }
Graph BuildNasNetLarge(const GraphOptions& options) { return Builder(options, kLarge).Build(); }

}  // namespace train
