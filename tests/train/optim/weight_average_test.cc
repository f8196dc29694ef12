#include "train/optim/weight_average.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/models.h"
#include "train/network/classifier.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using torch::Tensor;

Classifier MakeModel() { return Classifier(testing::DefaultModel("small_cnn", 3, 8, 0), Initialization::kHe, 4); }

void Fill(Classifier& model, double value) {
  const torch::NoGradGuard no_grad;
  for (auto& item : model.State()) item.tensor.fill_(value);
}

void ExpectAll(const Classifier& model, double value) {
  for (const auto& item : model.State()) {
    if (!item.tensor.is_floating_point()) continue;  // a counter
    EXPECT_NEAR(item.tensor.min().item<double>(), value, 1e-6) << item.name;
    EXPECT_NEAR(item.tensor.max().item<double>(), value, 1e-6) << item.name;
  }
}

TEST(WeightAverageTest, FollowsItsFormula) {
  Classifier model = MakeModel();
  Fill(model, 2);
  WeightAverage average(model, 0.3);
  double expected = 2;
  for (int t = 1; t <= 8; ++t) {  // 2/11, 3/12, 4/13, then 0.3
    const double weight = std::sin(t);
    Fill(model, weight);
    average.Update();
    const double decay = std::min(0.3, (1.0 + t) / (10.0 + t));
    expected = decay * expected + (1 - decay) * weight;
    const WeightAverage::InModel swapped(average);
    ExpectAll(model, expected);
  }
  ExpectAll(model, std::sin(8));
}

TEST(WeightAverageTest, TheModelGetsItsOwnWeightsBack) {
  Classifier model = MakeModel();
  WeightAverage average(model, 0.9);
  std::vector<Tensor> before;
  {
    const torch::NoGradGuard no_grad;
    for (auto& item : model.State()) before.push_back(item.tensor.add_(3).clone());
  }
  { const WeightAverage::InModel swapped(average); }
  size_t i = 0;
  for (const auto& item : model.State()) EXPECT_TRUE(torch::equal(item.tensor, before[i++])) << item.name;
}

TEST(WeightAverageTest, GoesOnExactlyFromASavedState) {
  const dataset::testing::TempDir dir;
  Classifier model = MakeModel();
  WeightAverage straight(model, 0.9);
  for (int t = 0; t < 4; ++t) {
    Fill(model, std::sin(t));
    straight.Update();
  }
  std::vector<Tensor> storage;
  WriteSafetensors(dir / "state", straight.State(storage), {}, dataset::Sync::kNo);
  WeightAverage resumed(model, 0.9);
  resumed.Load(*OpenTensorFile(dir / "state"));
  Fill(model, 5);
  straight.Update();
  resumed.Update();
  std::vector<Tensor> a, b;
  const std::vector<TensorView> one = straight.State(a), other = resumed.State(b);
  ASSERT_EQ(one.size(), other.size());
  for (size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].bytes, other[i].bytes) << one[i].name;
}

TEST(WeightAverageTest, RefusesDamagedStates) {
  const dataset::testing::TempDir dir;
  Classifier model = MakeModel();
  WeightAverage average(model, 0.9);
  std::vector<Tensor> storage;
  const std::vector<TensorView> good = average.State(storage);
  const std::vector<float> nans(good.front().bytes.size() / sizeof(float), std::nanf(""));
  const struct {
    const char* what;
    void (*damage)(std::vector<TensorView>* views, const std::vector<float>& nan);
  } cases[] = {
      {"a tensor is missing", [](auto* v, const auto&) { v->erase(v->begin()); }},
      {"a tensor has another name", [](auto* v, const auto&) { v->front().name = "other"; }},
      {"a tensor has another shape", [](auto* v, const auto&) { v->front().shape.push_back(1); }},
      {"steps is missing", [](auto* v, const auto&) { v->back().name = "step"; }},
      {"a value is no number",
       [](auto* v, const auto& nan) {
         v->front().bytes = {reinterpret_cast<const char*>(nan.data()), v->front().bytes.size()};
       }},
  };
  for (const auto& c : cases) {
    std::vector<TensorView> damaged = good;
    c.damage(&damaged, nans);
    WriteSafetensors(dir / "state", damaged, {}, dataset::Sync::kNo);
    EXPECT_THROW(average.Load(*OpenTensorFile(dir / "state")), dataset::Error) << c.what;
  }
}

}  // namespace
}  // namespace train
