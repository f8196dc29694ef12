#include "train/optim/optimizer.h"

#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tests/testing/named.h"
#include "tests/testing/testing.h"
#include "train/optim/optimizer_kind.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using dataset::testing::Named;
using torch::Tensor;

struct Problem {
  std::vector<Tensor> parameters;
  Tensor Loss(int step) const {
    return (parameters[0] * parameters[0] * (1 + step % 3)).sum() + (parameters[1] - 0.3).pow(4).sum();
  }
};

Problem MakeProblem() {
  at::manual_seed(7);
  return {{torch::randn({3, 4}).set_requires_grad(true), torch::randn({5}).set_requires_grad(true)}};
}

std::vector<Classifier::NamedTensor> TensorsOf(const Problem& problem) {
  return {{"a.weight", problem.parameters[0]}, {"b.bias", problem.parameters[1]}};
}

void RunSteps(Problem& problem, Optimizer& optimizer, int first, int last) {
  for (int step = first; step < last; ++step) {
    problem.Loss(step).backward();
    optimizer.Step(0.01 * (1 + step % 2));
  }
}

// Runs libtorch's own optimizer on the same problem with the same learning rates.
template <typename TorchOptimizer, typename Options>
void ExpectEqualsTorch(OptimizerKind kind, const Options& options) {
  Problem ours = MakeProblem(), theirs = MakeProblem();
  Optimizer optimizer(kind, TensorsOf(ours));
  TorchOptimizer reference(theirs.parameters, options);
  for (int step = 0; step < 25; ++step) {
    RunSteps(ours, optimizer, step, step + 1);
    reference.param_groups()[0].options().set_lr(0.01 * (1 + step % 2));
    reference.zero_grad();
    theirs.Loss(step).backward();
    reference.step();
  }
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_LT((ours.parameters[i] - theirs.parameters[i]).abs().max().item<float>(), 1e-6f) << i;
  }
}

TEST(OptimizerTest, AdamEqualsLibtorch) {
  ExpectEqualsTorch<torch::optim::Adam>(OptimizerKind::kAdam, torch::optim::AdamOptions(0.01));
}

TEST(OptimizerTest, SgdEqualsLibtorch) {
  ExpectEqualsTorch<torch::optim::SGD>(OptimizerKind::kSgd, torch::optim::SGDOptions(0.01).momentum(0.9));
}

class OptimizerStateTest : public ::testing::TestWithParam<Named<OptimizerKind>> {};

TEST_P(OptimizerStateTest, GoesOnExactlyFromASavedState) {
  const dataset::testing::TempDir dir;
  Problem straight = MakeProblem();
  Optimizer whole(GetParam().value, TensorsOf(straight));
  RunSteps(straight, whole, 0, 10);

  Problem halves = MakeProblem();
  {
    Optimizer first(GetParam().value, TensorsOf(halves));
    RunSteps(halves, first, 0, 4);
    std::vector<Tensor> storage;
    WriteSafetensors(dir / "state", first.State(storage), {}, dataset::Sync::kNo);
  }
  Optimizer second(GetParam().value, TensorsOf(halves));
  second.Load(*OpenTensorFile(dir / "state"));
  RunSteps(halves, second, 4, 10);
  for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(torch::equal(straight.parameters[i], halves.parameters[i])) << i;
}

TEST_P(OptimizerStateTest, RefusesTheStateOfOtherParameters) {
  const dataset::testing::TempDir dir;
  Problem problem = MakeProblem();
  Optimizer optimizer(GetParam().value, TensorsOf(problem));
  std::vector<Tensor> storage;
  WriteSafetensors(dir / "state", optimizer.State(storage), {}, dataset::Sync::kNo);
  const std::vector<std::vector<Classifier::NamedTensor>> others = {
      {{"a.weight", problem.parameters[0]}},
      {{"a.weight", problem.parameters[0]}, {"c.bias", problem.parameters[1]}},
      {{"a.weight", problem.parameters[1]}, {"b.bias", problem.parameters[0]}},
  };
  for (const auto& parameters : others) {
    Optimizer other(GetParam().value, parameters);
    EXPECT_THROW(other.Load(*OpenTensorFile(dir / "state")), dataset::Error);
  }
}

TEST_P(OptimizerStateTest, RefusesAStateThatIsNotFinite) {
  const dataset::testing::TempDir dir;
  Problem problem = MakeProblem();
  Optimizer optimizer(GetParam().value, TensorsOf(problem));
  std::vector<Tensor> storage;
  std::vector<TensorView> views = optimizer.State(storage);
  for (const char* role : {"/momentum", "/variance"}) {
    const auto found =
        std::find_if(views.begin(), views.end(), [role](const TensorView& view) { return view.name.ends_with(role); });
    if (found == views.end()) continue;
    const std::vector<float> bad(found->bytes.size() / sizeof(float), std::nanf(""));
    const std::string_view good =
        std::exchange(found->bytes, {reinterpret_cast<const char*>(bad.data()), found->bytes.size()});
    WriteSafetensors(dir / "state", views, {}, dataset::Sync::kNo);
    EXPECT_THROW(optimizer.Load(*OpenTensorFile(dir / "state")), dataset::Error) << role;
    found->bytes = good;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, OptimizerStateTest,
                         ::testing::Values(Named<OptimizerKind>{"adam", OptimizerKind::kAdam},
                                           Named<OptimizerKind>{"sgd", OptimizerKind::kSgd}),
                         dataset::testing::kNameOfParameter);

TEST(OptimizerTest, NamesRoundTripAndOthersAreRefused) {
  EXPECT_EQ(dataset::ParseName<OptimizerKind>("adam"), OptimizerKind::kAdam);
  EXPECT_EQ(dataset::ParseName<OptimizerKind>("sgd"), OptimizerKind::kSgd);
  EXPECT_EQ(dataset::ParseName<OptimizerKind>("rmsprop"), std::nullopt);
}

}  // namespace
}  // namespace train
