#include "train/network/gelu.h"

#include <gtest/gtest.h>

namespace train {
namespace {

using torch::Tensor;

// Compares with libtorch's GELU of the same values in fp64.
void ExpectGelu(const Tensor& x, double tolerance) {
  const Tensor leaf = x.detach().requires_grad_(), exact = x.detach().to(torch::kFloat64).requires_grad_();
  const Tensor y = Gelu(leaf, true), expected = torch::gelu(exact);
  EXPECT_EQ(y.sizes(), x.sizes());
  EXPECT_EQ(y.scalar_type(), x.scalar_type());
  EXPECT_TRUE(torch::allclose(y.detach().to(torch::kFloat64), expected.detach(), tolerance, tolerance));
  const Tensor dy = torch::linspace(-1, 2, x.numel()).view(x.sizes());
  y.backward(dy.to(x.scalar_type()));
  expected.backward(dy.to(torch::kFloat64));
  EXPECT_TRUE(torch::allclose(leaf.grad().to(torch::kFloat64), exact.grad(), tolerance, 2 * tolerance));
}

TEST(GeluTest, EqualsLibtorchInAnyLayout) {
  at::manual_seed(1);
  for (const auto& [type, tolerance] : {std::pair{torch::kFloat32, 1e-6}, {torch::kBFloat16, 1e-2}}) {
    const Tensor map = (torch::randn({2, 24, 9, 11}) * 3).to(type);
    ExpectGelu(map, tolerance);
    ExpectGelu(map.contiguous(at::MemoryFormat::ChannelsLast), tolerance);
    ExpectGelu(map.permute({0, 2, 3, 1}), tolerance);
    ExpectGelu(map.slice(3, 1, 10, 2), tolerance);
    ExpectGelu(map.slice(1, 3, 4), tolerance);
    ExpectGelu(map.flatten(1), tolerance);
    ExpectGelu(map.slice(0, 0, 0), tolerance);
    ExpectGelu(map[0][0][0][0].unsqueeze(0), tolerance);
  }
  ExpectGelu(torch::randn({3, 5}).to(torch::kFloat64), 1e-12);
}

// There are more values than libtorch gives to one thread.
TEST(GeluTest, EqualsLibtorchForMany) { ExpectGelu(torch::linspace(-9, 9, 300001), 1e-6); }

// The gradient of a sum is one value, repeated by a stride of 0.
TEST(GeluTest, TakesExpandedGradients) {
  const Tensor x = torch::linspace(-4, 4, 100).requires_grad_();
  Gelu(x, false).sum().backward();
  const Tensor exact = torch::linspace(-4, 4, 100).to(torch::kFloat64).requires_grad_();
  torch::gelu(exact).sum().backward();
  EXPECT_TRUE(torch::allclose(x.grad().to(torch::kFloat64), exact.grad(), 1e-6, 1e-6));
}

TEST(GeluTest, OverwritesOnlyWhatIsNotNeeded) {
  const Tensor before = torch::linspace(-3, 3, 50);
  const Tensor learned = before.clone().requires_grad_();
  EXPECT_NE(Gelu(learned, true).data_ptr(), learned.data_ptr());
  const torch::NoGradGuard no_grad;
  Tensor x = before.clone();
  EXPECT_NE(Gelu(x, false).data_ptr(), x.data_ptr());
  EXPECT_TRUE(torch::equal(x, before));
  EXPECT_EQ(Gelu(x, true).data_ptr(), x.data_ptr());
  EXPECT_TRUE(torch::allclose(x, torch::gelu(before), 1e-6, 1e-6));
}

}  // namespace
}  // namespace train
