// MobileNetV2 1.0 (Sandler et al., 2018) with torchvision's graph and names.

#include "train/backbone.h"
#include "train/layers.h"

namespace train {

namespace {

namespace nn = torch::nn;
using torch::Tensor;

// torchvision's ConvBNActivation: children "0" (convolution) and "1" (norm).
class ConvUnit : public nn::Module {
 public:
  ConvUnit(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t groups)
      : conv_(nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).groups(groups).bias(false)),
        norm_(out) {
    register_module("0", conv_);
    register_module("1", norm_);
  }
  Tensor forward(const Tensor& x) { return Relu6(ConvNorm(conv_, norm_, x)); }

 private:
  nn::Conv2d conv_;
  nn::BatchNorm2d norm_;
};

class InvertedResidual : public nn::Module {
 public:
  InvertedResidual(int64_t in, int64_t out, int64_t stride, int64_t expansion)
      : project_(nn::Conv2dOptions(in * expansion, out, 1).bias(false)),
        norm_(out),
        residual_(stride == 1 && in == out) {
    const int64_t hidden = in * expansion;
    auto sequence = std::make_shared<nn::Module>();
    int child = 0;
    auto add = [&](const auto& module) { sequence->register_module(std::to_string(child++), module); };
    if (expansion != 1) {
      units_.push_back(std::make_shared<ConvUnit>(in, hidden, 1, 1, 1));
      add(units_.back());
    }
    units_.push_back(std::make_shared<ConvUnit>(hidden, hidden, 3, stride, hidden));
    add(units_.back());
    add(project_);
    add(norm_);
    register_module("conv", sequence);
  }
  Tensor forward(const Tensor& x) {
    Tensor y = x;
    for (auto& unit : units_) y = unit->forward(y);
    y = ConvNorm(project_, norm_, y);
    return residual_ ? x + y : y;
  }

 private:
  std::vector<std::shared_ptr<ConvUnit>> units_;
  nn::Conv2d project_;
  nn::BatchNorm2d norm_;
  bool residual_;
};

struct Stage {
  int64_t expansion, channels, blocks, stride;
};

class MobileNetV2 : public Backbone {
 public:
  MobileNetV2() {
    static constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                        {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    auto features = std::make_shared<nn::Module>();
    stem_ = features->register_module("0", std::make_shared<ConvUnit>(3, 32, 3, 2, 1));
    int64_t in = 32;
    for (const Stage& stage : kStages) {
      for (int64_t block = 0; block < stage.blocks; ++block) {
        blocks_.push_back(
            std::make_shared<InvertedResidual>(in, stage.channels, block == 0 ? stage.stride : 1, stage.expansion));
        features->register_module(std::to_string(blocks_.size()), blocks_.back());
        in = stage.channels;
      }
    }
    top_ = features->register_module(std::to_string(blocks_.size() + 1), std::make_shared<ConvUnit>(in, 1280, 1, 1, 1));
    register_module("features", features);
  }

  Tensor forward(Tensor x) override {
    x = stem_->forward(x);
    for (auto& block : blocks_) x = block->forward(x);
    return top_->forward(x).mean({2, 3});
  }

 private:
  std::shared_ptr<ConvUnit> stem_, top_;
  std::vector<std::shared_ptr<InvertedResidual>> blocks_;
};

}  // namespace

std::shared_ptr<Backbone> MakeMobileNetV2(const BackboneShape&) { return std::make_shared<MobileNetV2>(); }

}  // namespace train
