#include "train/optim/loss_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace train {
namespace {

// What torch.amp.GradScaler 2.15 with its defaults has after steps that are told by the finite ones between those that
// are not.
struct Stage {
  int finite_steps;
  bool then_infinite;
  double factor;
  uint32_t steps;
};

TEST(LossScaleTest, GoesAsGradScaler) {
  LossScale scale(torch::kCPU);
  EXPECT_EQ(scale.state().factor, 65536);
  EXPECT_EQ(scale.state().steps, 0u);
  const torch::Tensor yes = torch::scalar_tensor(true, torch::kBool), no = torch::scalar_tensor(false, torch::kBool);
  for (const Stage& stage : std::vector<Stage>{
           {0, true, 32768, 0},
           {0, true, 16384, 0},
           {1999, false, 16384, 1999},
           {1, false, 32768, 0},
           {1999, true, 16384, 0},  // one too few
           {2000, false, 32768, 0},
           {4000, false, 131072, 0},
           {3, false, 131072, 3},
           {0, true, 65536, 0},
           {7, true, 32768, 0},
       }) {
    for (int i = 0; i < stage.finite_steps; ++i) scale.Update(yes);
    if (stage.then_infinite) scale.Update(no);
    EXPECT_EQ(scale.state().factor, stage.factor);
    EXPECT_EQ(scale.factor().item<float>(), static_cast<float>(stage.factor));
    EXPECT_EQ(scale.state().steps, stage.steps);
  }
}

// GradScaler keeps the factor if twice of it is infinite, and counts anew.
TEST(LossScaleTest, StaysFinite) {
  LossScale scale(torch::kCPU);
  const double greatest = std::ldexp(1.0, 127);
  scale.Set({greatest, 1999});
  scale.Update(torch::scalar_tensor(true, torch::kBool));
  EXPECT_EQ(scale.state().factor, greatest);
  EXPECT_EQ(scale.state().steps, 0u);
}

}  // namespace
}  // namespace train
