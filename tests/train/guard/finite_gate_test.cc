#include "train/guard/finite_gate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/train/models.h"
#include "train/network/classifier.h"

namespace train {
namespace {

using torch::Tensor;

TEST(FiniteGateTest, OpensForAFiniteLoss) {
  const float kInfinity = std::numeric_limits<float>::infinity();
  for (const float loss : {0.0f, 1.5f, -3e38f}) EXPECT_TRUE(FiniteGate::IsOpen(torch::tensor(loss)).item<bool>());
  for (const float loss : {kInfinity, -kInfinity, std::nanf("")}) {
    EXPECT_FALSE(FiniteGate::IsOpen(torch::tensor(loss)).item<bool>()) << loss;
  }
}

// A where, not a product with 0 or 1: NaN must not come through a gate that is shut.
TEST(FiniteGateTest, AShutGatePutsTheStatisticsBack) {
  for (const bool open : {true, false}) {
    Classifier model(testing::DefaultModel("small_cnn", 4, 8, 0.3), Initialization::kHe, 4);
    FiniteGate gate(model);
    const torch::NoGradGuard no_grad;
    std::vector<Tensor> before, after;
    for (const auto& item : model.State()) before.push_back(item.tensor.clone());
    gate.Keep();
    int statistics = 0;
    for (const Network::Entry& entry : model.network().entries()) {
      Tensor tensor = entry.tensor;
      const bool counts = !tensor.is_floating_point();
      if (entry.parameter.learned() || counts) {
        tensor.add_(1);
      } else {
        tensor.fill_(std::nan(""));
      }
      statistics += !entry.parameter.learned();
    }
    ASSERT_GT(statistics, 0);
    for (const auto& item : model.State()) after.push_back(item.tensor.clone());
    gate.Settle(torch::tensor(open));
    size_t i = 0;
    for (const Network::Entry& entry : model.network().entries()) {
      const bool put_back = !open && !entry.parameter.learned();
      EXPECT_TRUE(torch::allclose(entry.tensor, put_back ? before[i] : after[i], 0, 0, /*equal_nan=*/true)) << i;
      ++i;
    }
  }
}

}  // namespace
}  // namespace train
