#include <gtest/gtest.h>

#include <cmath>

#include "dataset/base/error.h"
#include "tests/testing/named.h"
#include "tests/train/models.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/network/trainable.h"

namespace train {
namespace {

using dataset::testing::Named;
using torch::Tensor;

// The numbers were computed by hand: convolutions, norms and dense layers, without the head.
TEST(BackboneTest, ParametersOfThePlainNetworks) {
  // convolutions 896 + 18496 + 73856 + 147584, dense 128 * 9 * 9 * 512 + 512, head 512 * 1000 + 1000
  EXPECT_EQ(Classifier(testing::DefaultModel("simple_cnn", 1000, 150, 0.5), Initialization::kHe, 0).parameters(),
            240832u + 5308928u + 513000u);
  // convolutions 288 + 18432, norms 64 + 128, dense 3136 * 256 + 256, head 256 * 1000 + 1000
  EXPECT_EQ(Classifier(testing::DefaultModel("small_cnn", 1000, 28, 0.5), Initialization::kHe, 0).parameters(),
            18912u + 803072u + 257000u);
}

TEST(BackboneTest, EachTakesItsSmallestImage) {
  torch::NoGradGuard no_grad;
  for (const BackboneInfo& info : Backbones()) {
    for (const VariantInfo& variant : info.variants) {
      Architecture architecture = testing::DefaultModel(std::string(info.name), 3, info.min_image_size, 0.5);
      architecture.variant = &variant;
      Classifier model(architecture);
      model.SetEvaluating();
      const Tensor logits = model.Forward(torch::zeros({2, info.channels, info.min_image_size, info.min_image_size}));
      EXPECT_EQ(logits.sizes(), (std::vector<int64_t>{2, 3})) << info.name;
      --architecture.image_size;
      EXPECT_THROW(Classifier{architecture}, dataset::Error) << info.name;
    }
  }
}

void FillQuickly(Classifier& model) {
  torch::NoGradGuard no_grad;
  at::manual_seed(1);
  for (const auto& [name, tensor, layer] : model.State()) {
    if (tensor.dim() >= 2) {
      tensor.uniform_(-1, 1).mul_(std::sqrt(3.0 / static_cast<double>(tensor[0].numel())));
    } else if (tensor.is_floating_point()) {
      tensor.fill_(name.ends_with("bias") || name.ends_with("mean") ? 0 : 1);
    }
  }
}

// Takes one step in each precision: every operation has a gradient, and every layer gets one.
class EachTrainsTest : public ::testing::TestWithParam<Named<const BackboneInfo*>> {};

TEST_P(EachTrainsTest, InBothPrecisions) {
  const BackboneInfo& info = *GetParam().value;
  for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
    Classifier model(testing::DefaultModel(std::string(info.name), 3, info.min_image_size, 0));
    FillQuickly(model);
    model.To(torch::kCPU);
    model.SetTrainable(Trainable::kAll);
    Compute compute;
    compute.precision = precision;
    const Tensor pixels = torch::rand({2, info.channels, info.min_image_size, info.min_image_size});
    Tensor logits;
    {
      const AutocastScope autocast(compute);
      logits = model.Forward(pixels.contiguous(at::MemoryFormat::ChannelsLast));
    }
    logits.square().sum().backward();
    for (const auto& [name, tensor, layer] : model.TrainedParameters()) {
      ASSERT_TRUE(tensor.grad().defined()) << dataset::NameOf(compute.precision) << " " << name;
      EXPECT_TRUE(tensor.grad().isfinite().all().item<bool>()) << dataset::NameOf(compute.precision) << " " << name;
    }
  }
}

std::vector<Named<const BackboneInfo*>> NamedBackbones() {
  std::vector<Named<const BackboneInfo*>> named;
  for (const BackboneInfo& info : Backbones()) named.push_back({std::string(info.name), &info});
  return named;
}

INSTANTIATE_TEST_SUITE_P(Backbones, EachTrainsTest, ::testing::ValuesIn(NamedBackbones()),
                         dataset::testing::kNameOfParameter);

TEST(BackboneTest, AnUnknownNameIsRefused) { EXPECT_THROW(FindBackbone("mobilenet_v9"), dataset::Error); }

}  // namespace
}  // namespace train
