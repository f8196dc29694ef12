// The optimizers against torch.optim (tests/train/goldens/make_optimizers.py).
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/testing/named.h"
#include "tests/train/goldens.h"
#include "train/optim/optimizer.h"
#include "train/optim/update_rule.h"

namespace train {
namespace {

using torch::Tensor;

constexpr int kValues = 12, kSteps = 20;

struct Golden {
  OptimizerKind kind = OptimizerKind::kAdam;
  double decay = 0;
  std::vector<float> values;
};

std::vector<dataset::testing::Named<Golden>> Goldens() {
  std::vector<dataset::testing::Named<Golden>> goldens;
  std::vector<std::vector<std::string>> rows = testing::ReadGoldens("optimizers.csv");
  rows.erase(rows.begin());
  for (const std::vector<std::string>& row : rows) {
    Golden golden{*dataset::ParseName<OptimizerKind>(row.at(0)), std::stod(row.at(1)), {}};
    for (size_t i = 2; i < row.size(); ++i) golden.values.push_back(std::stof(row[i]));
    goldens.push_back({row[0] + (golden.decay > 0 ? "_decay" : ""), golden});
  }
  return goldens;
}

Tensor FirstValues() {
  std::vector<float> values;
  for (int i = 0; i < kValues; ++i) values.push_back(static_cast<float>(std::sin(i + 1)));
  return torch::tensor(values).reshape({3, 4});
}

Tensor GradientAt(int step) {
  std::vector<float> values;
  for (int i = 0; i < kValues; ++i) values.push_back(static_cast<float>(std::sin(0.7 * i + 1.3 * step) * (1 + i % 3)));
  return torch::tensor(values).reshape({3, 4});
}

double RateAt(int step) { return 0.01 * (1 + step % 2); }

void ExpectValues(const Tensor& got, const Golden& golden) {
  ASSERT_EQ(golden.values.size(), static_cast<size_t>(kValues));
  const Tensor flat = got.detach().reshape({kValues});
  for (int i = 0; i < kValues; ++i) {
    EXPECT_NEAR(flat[i].item<float>(), golden.values[static_cast<size_t>(i)], 1e-6) << "value " << i;
  }
}

class OptimizerGoldenTest : public ::testing::TestWithParam<dataset::testing::Named<Golden>> {};

TEST_P(OptimizerGoldenTest, EqualsTorch) {
  const Golden& golden = GetParam().value;
  Tensor value = FirstValues().set_requires_grad(true);
  Optimizer optimizer({.kind = golden.kind, .weight_decay = golden.decay}, {{"value", value}});
  for (int step = 1; step <= kSteps; ++step) {
    value.grad().add_(GradientAt(step));
    optimizer.Step(RateAt(step));
    EXPECT_EQ(value.grad().abs().max().item<float>(), 0);
  }
  ExpectValues(value, golden);
}

// What devices without our loops do.
TEST_P(OptimizerGoldenTest, TensorsEqualTorch) {
  const Golden& golden = GetParam().value;
  const std::unique_ptr<UpdateRule> rule = MakeUpdateRule(golden.kind);
  UpdateBlock<Tensor> block{FirstValues(), {}, {}};
  for (size_t slot = 0; slot < rule->slots().size(); ++slot) block.slots[slot] = torch::zeros({3, 4});
  for (int step = 1; step <= kSteps; ++step) {
    rule->SetStep(step);
    block.gradients = GradientAt(step);
    rule->Update({.rate = RateAt(step), .decay = golden.decay}, block);
  }
  ExpectValues(block.parameters, golden);
}

INSTANTIATE_TEST_SUITE_P(Kinds, OptimizerGoldenTest, ::testing::ValuesIn(Goldens()),
                         dataset::testing::kNameOfParameter);

TEST(OptimizerGoldensTest, CoverAllKinds) { EXPECT_EQ(Goldens().size(), 2 * EnumNames(OptimizerKind()).size()); }

}  // namespace
}  // namespace train
