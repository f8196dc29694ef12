#include "train/optim/optimizer.h"

#include <gtest/gtest.h>

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

std::vector<OptimizedParameter> TensorsOf(const Problem& problem) {
  return {{"a.weight", problem.parameters[0]}, {"b.bias", problem.parameters[1]}};
}

void RunSteps(Problem& problem, Optimizer& optimizer, int first, int last) {
  for (int step = first; step < last; ++step) {
    problem.Loss(step).backward();
    optimizer.Step(0.01 * (1 + step % 2));
  }
}

class OptimizerStateTest : public ::testing::TestWithParam<Named<OptimizerKind>> {};

TEST_P(OptimizerStateTest, GoesOnExactlyFromASavedState) {
  const dataset::testing::TempDir dir;
  Problem straight = MakeProblem();
  Optimizer whole({.kind = GetParam().value}, TensorsOf(straight));
  RunSteps(straight, whole, 0, 10);

  Problem halves = MakeProblem();
  {
    Optimizer first({.kind = GetParam().value}, TensorsOf(halves));
    RunSteps(halves, first, 0, 4);
    std::vector<Tensor> storage;
    WriteSafetensors(dir / "state", first.State(storage), {}, dataset::Sync::kNo);
  }
  Optimizer second({.kind = GetParam().value}, TensorsOf(halves));
  second.Load(*OpenTensorFile(dir / "state"));
  RunSteps(halves, second, 4, 10);
  for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(torch::equal(straight.parameters[i], halves.parameters[i])) << i;
}

TEST_P(OptimizerStateTest, RefusesTheStateOfOtherParameters) {
  const dataset::testing::TempDir dir;
  Problem problem = MakeProblem();
  Optimizer optimizer({.kind = GetParam().value}, TensorsOf(problem));
  std::vector<Tensor> storage;
  WriteSafetensors(dir / "state", optimizer.State(storage), {}, dataset::Sync::kNo);
  const std::vector<std::vector<OptimizedParameter>> others = {
      {{"a.weight", problem.parameters[0]}},
      {{"a.weight", problem.parameters[0]}, {"c.bias", problem.parameters[1]}},
      {{"a.weight", problem.parameters[1]}, {"b.bias", problem.parameters[0]}},
  };
  if (MakeUpdateRule(GetParam().value)->slots().empty()) return;  // nothing can be mistaken
  for (const auto& parameters : others) {
    Optimizer other({.kind = GetParam().value}, parameters);
    EXPECT_THROW(other.Load(*OpenTensorFile(dir / "state")), dataset::Error);
  }
}

TEST_P(OptimizerStateTest, RefusesAStateThatIsNotFinite) {
  const dataset::testing::TempDir dir;
  Problem problem = MakeProblem();
  Optimizer optimizer({.kind = GetParam().value}, TensorsOf(problem));
  std::vector<Tensor> storage;
  std::vector<TensorView> views = optimizer.State(storage);
  for (const char* role : {"/momentum", "/variance", "/sum", "/change", "/largest", "/largest_variance"}) {
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

std::vector<Named<OptimizerKind>> AllKinds() {
  std::vector<Named<OptimizerKind>> kinds;
  for (const auto& [kind, name] : EnumNames(OptimizerKind())) kinds.push_back({std::string(name), kind});
  return kinds;
}
INSTANTIATE_TEST_SUITE_P(Kinds, OptimizerStateTest, ::testing::ValuesIn(AllKinds()),
                         dataset::testing::kNameOfParameter);

TEST(OptimizerTest, ClipsTheNormOfAllGradients) {
  Problem problem = MakeProblem();
  Optimizer optimizer({.kind = OptimizerKind::kSgd, .clip_norm = 0.5}, TensorsOf(problem));
  const std::vector<Tensor> before = {problem.parameters[0].detach().clone(), problem.parameters[1].detach().clone()};
  problem.Loss(0).backward();
  double squares = 0;
  for (const Tensor& parameter : problem.parameters) squares += parameter.grad().square().sum().item<double>();
  ASSERT_GT(squares, 1);
  optimizer.Step(1);
  double moved = 0;
  for (size_t i = 0; i < 2; ++i) moved += (problem.parameters[i] - before[i]).square().sum().item<double>();
  EXPECT_NEAR(std::sqrt(moved), 0.5, 1e-5);
}

TEST(OptimizerTest, NeitherNormsNorBiasesDecay) {
  const Tensor weight = torch::ones({2, 2}).set_requires_grad(true), bias = torch::ones({2}).set_requires_grad(true);
  Optimizer optimizer({.kind = OptimizerKind::kSgd, .weight_decay = 0.5}, {{"weight", weight}, {"bias", bias}});
  optimizer.Step(0.1);
  EXPECT_FLOAT_EQ(weight.max().item<float>(), 0.95f);
  EXPECT_EQ(bias.min().item<float>(), 1);
}

TEST(OptimizerTest, EachParameterHasItsPartOfTheRate) {
  const Tensor low = torch::ones({3}).set_requires_grad(true), high = torch::ones({3}).set_requires_grad(true);
  Optimizer optimizer({.kind = OptimizerKind::kSgd}, {{"low", low, 0.1}, {"high", high}});
  (low.sum() + high.sum()).backward();
  optimizer.Step(0.5);
  EXPECT_FLOAT_EQ(low.min().item<float>(), 0.95f);
  EXPECT_FLOAT_EQ(high.min().item<float>(), 0.5f);
}

// Convolutions keep the order of memory that they are fast in.
TEST(OptimizerTest, KeepsShapesAndStrides) {
  const Tensor weight = torch::randn({4, 3, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast).set_requires_grad(true);
  const Tensor values = weight.detach().clone();
  const std::vector<int64_t> strides = weight.strides().vec();
  const Optimizer optimizer({}, {{"other", torch::ones({5}).set_requires_grad(true)}, {"weight", weight}});
  EXPECT_TRUE(torch::equal(weight, values));
  EXPECT_EQ(weight.strides().vec(), strides);
  EXPECT_EQ(weight.grad().strides().vec(), strides);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(weight.data_ptr()) % 64, reinterpret_cast<uintptr_t>(values.data_ptr()) % 64);
}

}  // namespace
}  // namespace train
