#include "train/optim/step_control.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "tests/testing/named.h"
#include "train/optim/optimizer.h"

namespace train {
namespace {

using dataset::testing::Named;
using torch::Tensor;

// What a device multiplies by is what the host does.
TEST(StepControlTest, TheFactorOfADeviceIsTheHosts) {
  const Tensor gradient = torch::tensor({3.0f, -4.0f}), rest = torch::tensor({12.0f});  // together of length 13
  for (const double clip : {0.0, 1.0, 6.5, 100.0}) {
    for (const double scale : {1.0, 0.25}) {
      for (const bool scaled : {false, true}) {
        StepControl control{.scale = scale};
        if (scaled) control.loss_scale = torch::scalar_tensor(8.0f);
        const double plain = scale / (scaled ? 8 : 1);
        const double wanted = clip == 0 ? plain : plain * std::min(1.0, clip / (13 * plain + 1e-6));
        const Tensor factor = GradientFactor(control, clip, {gradient, rest});
        EXPECT_EQ(factor.scalar_type(), torch::kFloat32);
        EXPECT_FLOAT_EQ(factor.item<float>(), static_cast<float>(wanted)) << clip << " " << scale << " " << scaled;

        Tensor value = torch::zeros({2}).set_requires_grad(true), other = torch::zeros({1}).set_requires_grad(true);
        Optimizer optimizer({.kind = OptimizerKind::kSgd, .clip_norm = clip}, {{"a", value}, {"b", other}});
        value.grad().copy_(gradient);
        other.grad().copy_(rest);
        optimizer.Step(1, control);
        EXPECT_TRUE(torch::allclose(-value.detach(), gradient * factor, 1e-6, 0)) << clip << " " << scale;
        EXPECT_TRUE(torch::allclose(-other.detach(), rest * factor, 1e-6, 0)) << clip << " " << scale;
      }
    }
  }
}

class FiniteTest : public ::testing::TestWithParam<Named<OptimizerKind>> {};

TEST_P(FiniteTest, AStepThatIsNotWantedChangesNothing) {
  const Tensor yes = torch::scalar_tensor(true, torch::kBool), no = torch::scalar_tensor(false, torch::kBool);
  Tensor value = torch::tensor({1.0f, 2.0f, 3.0f}).set_requires_grad(true);
  Optimizer optimizer({.kind = GetParam().value, .weight_decay = 0.1}, {{"a", value}});
  const auto step = [&](float gradient, const Tensor& finite) {
    value.grad().fill_(gradient);
    EXPECT_EQ(optimizer.GradientsAreFinite().item<bool>(), std::isfinite(gradient));
    optimizer.Step(0.1, {.finite = finite});
    EXPECT_TRUE(value.grad().eq(0).all().item<bool>());
  };
  step(0.5, yes);
  const Tensor before = value.detach().clone();
  std::vector<Tensor> then, later;
  optimizer.State(then);
  for (Tensor& tensor : then) tensor = tensor.clone();
  step(std::numeric_limits<float>::infinity(), no);
  step(std::nanf(""), no);
  EXPECT_TRUE(value.equal(before));
  optimizer.State(later);
  for (size_t i = 0; i + 1 < then.size(); ++i) EXPECT_TRUE(later[i].equal(then[i])) << i;
  step(0.5, yes);
  EXPECT_TRUE(value.isfinite().all().item<bool>());
  EXPECT_FALSE(value.equal(before));
}

// The same where it is decided on the device.
TEST_P(FiniteTest, NorDoTensors) {
  const std::unique_ptr<UpdateRule> rule = MakeUpdateRule(GetParam().value);
  UpdateBlock<Tensor> block{torch::ones({4}), torch::full({4}, 0.5), {}};
  for (size_t slot = 0; slot < rule->slots().size(); ++slot) block.slots[slot] = torch::zeros({4});
  rule->SetStep(1);
  rule->Update({.rate = 0.1}, block, torch::scalar_tensor(true, torch::kBool));
  std::vector<Tensor> then = {block.parameters.clone()};
  EXPECT_FALSE(then[0].equal(torch::ones({4})));
  for (size_t slot = 0; slot < rule->slots().size(); ++slot) then.push_back(block.slots[slot].clone());
  block.gradients.fill_(std::nanf(""));
  rule->SetStep(2);
  rule->Update({.rate = 0.1}, block, torch::scalar_tensor(false, torch::kBool));
  EXPECT_TRUE(block.parameters.equal(then[0]));
  for (size_t slot = 0; slot < rule->slots().size(); ++slot) EXPECT_TRUE(block.slots[slot].equal(then[slot + 1]));
}

std::vector<Named<OptimizerKind>> Kinds() {
  std::vector<Named<OptimizerKind>> kinds;
  for (const auto& row : EnumNames(OptimizerKind())) kinds.push_back({std::string(row.name), row.value});
  return kinds;
}
INSTANTIATE_TEST_SUITE_P(Kinds, FiniteTest, ::testing::ValuesIn(Kinds()), dataset::testing::kNameOfParameter);

}  // namespace
}  // namespace train
