// The two plain networks that are trained from scratch.

#include "train/backbone.h"
#include "train/layers.h"

namespace train {

namespace {

namespace nn = torch::nn;
using torch::Tensor;

nn::Conv2d Conv3x3(int64_t in, int64_t out, bool bias) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, 3).padding(1).bias(bias));
}

// Rows of NCHW, whatever the memory format.
Tensor Flatten(const Tensor& x) { return x.contiguous().flatten(1); }

// Four times convolution, ReLU, max-pool; dense 512.
class SimpleCnn : public Backbone {
 public:
  explicit SimpleCnn(const BackboneShape& shape) {
    auto features = register_module("features", std::make_shared<nn::Module>());
    int64_t in = 3, side = shape.image_size;
    for (const int64_t out : {32, 64, 128, 128}) {
      convs_.push_back(features->register_module(std::to_string(convs_.size()), Conv3x3(in, out, true)));
      in = out;
      side /= 2;
    }
    dense_ = register_module("dense", nn::Linear(in * side * side, 512));
  }
  Tensor forward(Tensor x) override {
    for (auto& conv : convs_) x = torch::max_pool2d(conv(x).relu_(), 2);
    return dense_(Flatten(x)).relu_();
  }

 private:
  std::vector<nn::Conv2d> convs_;
  nn::Linear dense_{nullptr};
};

// Twice convolution, BatchNorm, ReLU, max-pool; dropout; dense 256.
class SmallCnn : public Backbone {
 public:
  explicit SmallCnn(const BackboneShape& shape) : dropout_(shape.dropout) {
    conv1_ = register_module("conv1", Conv3x3(1, 32, false));
    norm1_ = register_module("bn1", nn::BatchNorm2d(32));
    conv2_ = register_module("conv2", Conv3x3(32, 64, false));
    norm2_ = register_module("bn2", nn::BatchNorm2d(64));
    const int64_t side = shape.image_size / 4;
    dense_ = register_module("dense", nn::Linear(64 * side * side, 256));
  }
  Tensor forward(Tensor x) override {
    x = torch::max_pool2d(ConvNorm(conv1_, norm1_, x).relu_(), 2);
    x = torch::max_pool2d(ConvNorm(conv2_, norm2_, x).relu_(), 2);
    return dense_(torch::dropout(Flatten(x), dropout_, is_training())).relu_();
  }

 private:
  nn::Conv2d conv1_{nullptr}, conv2_{nullptr};
  nn::BatchNorm2d norm1_{nullptr}, norm2_{nullptr};
  nn::Linear dense_{nullptr};
  double dropout_;
};

}  // namespace

std::shared_ptr<Backbone> MakeSimpleCnn(const BackboneShape& shape) { return std::make_shared<SimpleCnn>(shape); }
std::shared_ptr<Backbone> MakeSmallCnn(const BackboneShape& shape) { return std::make_shared<SmallCnn>(shape); }

}  // namespace train
