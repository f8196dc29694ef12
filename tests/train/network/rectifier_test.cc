#include "train/network/rectifier.h"

#include <gtest/gtest.h>

namespace train {
namespace {

using torch::Tensor;

constexpr Rectifier kBoth[] = {Rectifier::kRelu, Rectifier::kRelu6};

Tensor Expected(Rectifier rectifier, const Tensor& x) {
  return rectifier == Rectifier::kRelu ? torch::relu(x) : torch::hardtanh(x, 0, 6);
}

// Compares with libtorch in fp32. All numbers are exact in bf16.
void ExpectRectified(const Tensor& x) {
  for (const Rectifier rectifier : kBoth) {
    for (const bool may_overwrite : {false, true}) {
      const Tensor leaf = x.detach().clone().requires_grad_();
      const Tensor exact = x.detach().to(torch::kFloat32).clone().requires_grad_();
      const Tensor y = Rectify(rectifier, leaf * 1, may_overwrite), expected = Expected(rectifier, exact);
      EXPECT_EQ(y.scalar_type(), x.scalar_type());
      EXPECT_TRUE(torch::equal(y.detach().to(torch::kFloat32), expected.detach()));
      const Tensor dy = (torch::arange(x.numel()) % 255).view(x.sizes()).to(x.scalar_type());
      y.backward(dy);
      expected.backward(dy.to(torch::kFloat32));
      EXPECT_TRUE(torch::equal(leaf.grad().to(torch::kFloat32), exact.grad()));
    }
  }
}

TEST(RectifierTest, EqualsLibtorchInAnyLayout) {
  at::manual_seed(1);
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    const Tensor map = (torch::randint(-10, 20, {2, 24, 9, 11}) / 2).to(type);
    ExpectRectified(map);
    ExpectRectified(map.contiguous(at::MemoryFormat::ChannelsLast));
    ExpectRectified(map.permute({0, 2, 3, 1}));
    ExpectRectified(map.slice(3, 1, 10, 2));
    ExpectRectified(map.slice(1, 3, 4));
    ExpectRectified(map.flatten(1));
    ExpectRectified(map.slice(0, 0, 0));
  }
}

// There are more values than libtorch gives to one thread.
TEST(RectifierTest, EqualsLibtorchForMany) { ExpectRectified((torch::arange(300001) % 64 - 20).to(torch::kBFloat16)); }

// The gradient of a sum is one value, repeated by a stride of 0.
TEST(RectifierTest, TakesExpandedGradients) {
  const Tensor x = torch::linspace(-4, 12, 33).to(torch::kBFloat16).requires_grad_();
  Rectify(Rectifier::kRelu6, x, false).sum().backward();
  EXPECT_TRUE(torch::equal(x.grad().to(torch::kFloat32), ((x > 0) & (x < 6)).to(torch::kFloat32)));
}

TEST(RectifierTest, OverwritesOnlyWhatItMay) {
  const Tensor before = torch::linspace(-3, 9, 50).to(torch::kBFloat16);
  for (const bool learns : {false, true}) {
    const Tensor made = before.clone().requires_grad_(learns) * 1;
    EXPECT_NE(Rectify(Rectifier::kRelu6, made, false).data_ptr(), made.data_ptr());
    EXPECT_TRUE(torch::equal(made.detach(), before));
    EXPECT_EQ(Rectify(Rectifier::kRelu6, made, true).data_ptr(), made.data_ptr());
  }
}

}  // namespace
}  // namespace train
