#include "train/loop/train_step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/train/memory_source.h"
#include "tests/train/models.h"

namespace train {
namespace {

using torch::Tensor;

class TrainStepTest : public ::testing::Test {
 protected:
  static constexpr int kSide = 8, kClasses = 4;

  TrainStepTest() {
    options_.classes = kClasses;
    options_.seed = 11;
    options_.normalization.mean = options_.normalization.stddev = {127.5f};
  }
  static Classifier MakeModel() {
    return Classifier(testing::DefaultModel("small_cnn", kClasses, kSide, 0.3), Initialization::kHe, 4);
  }
  TrainStep::Result Run(Classifier& model, Trainable trainable, uint64_t draw, double rate) {
    model.SetTrainable(trainable);
    Optimizer optimizer({.kind = OptimizerKind::kMomentum}, OptimizedParametersOf(model));
    TrainStep step(model, options_);
    step.Add(*batch_, draw);
    return step.End(rate, optimizer);
  }
  // The weights after one step of these batches, without dropout and statistics of batches.
  TrainStep::Result RunAll(testing::MemoryStream stream, int accumulate, std::vector<Tensor>* weights) {
    Classifier model(testing::DefaultModel("small_cnn", kClasses, kSide, 0), Initialization::kHe, 4);
    model.SetTrainable(Trainable::kAllFrozenNorms);
    Optimizer optimizer({.kind = OptimizerKind::kSgd}, OptimizedParametersOf(model));
    options_.accumulate = accumulate;
    TrainStep step(model, options_);
    const BatchStream batches = stream.Stream();
    const auto source = batches.open(0, 0, InputSize::kFull);
    for (uint64_t i = 0; i < batches.batches; ++i) step.Add(*source->Next(), i);
    const TrainStep::Result result = step.End(0.1, optimizer);
    for (const auto& item : model.State()) weights->push_back(item.tensor.detach().clone());
    return result;
  }

  TrainStepOptions options_;
  testing::MemoryStream stream_{16, kSide, 16, false};
  dataset::BatchLease batch_ = stream_.Stream().open(0, 0, InputSize::kFull)->Next();
};

TEST_F(TrainStepTest, LearnsTheBatch) {
  Classifier model = MakeModel();
  model.SetTrainable(Trainable::kAll);
  Optimizer optimizer({}, OptimizedParametersOf(model));
  TrainStep step(model, options_);
  const auto run = [&](uint64_t draw) {
    step.Add(*batch_, draw);
    return step.End(3e-3, optimizer);
  };
  const TrainStep::Result first = run(0);
  TrainStep::Result last;
  for (uint64_t i = 1; i < 40; ++i) last = run(i);
  EXPECT_GT(first.loss, std::log(4) / 2);
  EXPECT_LT(last.loss, first.loss / 2);
  EXPECT_GT(last.correct, 12u);
}

TEST_F(TrainStepTest, DrawsDependOnTheirNumberAlone) {
  const auto loss = [&](uint64_t draw) {
    Classifier model = MakeModel();
    return Run(model, Trainable::kAll, draw, 0).loss;
  };
  EXPECT_EQ(loss(3), loss(3));
  EXPECT_NE(loss(3), loss(4));  // another dropout
  options_.seed = 12;
  const double other = loss(3);
  options_.seed = 11;
  EXPECT_NE(loss(3), other);
}

TEST_F(TrainStepTest, TheHeadAloneLeavesTheBackbone) {
  Classifier model = MakeModel();
  std::vector<Tensor> before;
  for (const auto& item : model.State()) before.push_back(item.tensor.detach().clone());
  Run(model, Trainable::kHead, 0, 0.1);
  size_t i = 0;
  for (const auto& item : model.State()) {
    EXPECT_EQ(torch::equal(item.tensor, before[i++]), !item.name.starts_with("classifier")) << item.name;
  }
}

TEST_F(TrainStepTest, BatchesOfAStepCountAsOneBatch) {
  for (const int samples : {16, 13}) {  // 13: the last batch is smaller
    std::vector<Tensor> whole, parts;
    const TrainStep::Result one = RunAll({samples, kSide, samples, false}, 1, &whole);
    const TrainStep::Result many = RunAll({samples, kSide, 4, false}, 4, &parts);
    EXPECT_NEAR(many.loss, one.loss, 1e-6);
    EXPECT_EQ(many.correct, one.correct);
    EXPECT_EQ(many.samples, samples);
    ASSERT_EQ(parts.size(), whole.size());
    for (size_t i = 0; i < whole.size(); ++i) EXPECT_TRUE(torch::allclose(parts[i], whole[i], 1e-5, 1e-6)) << i;
  }
}

TEST_F(TrainStepTest, BatchesOfAStepCountByTheWeightsOfTheirClasses) {
  options_.class_weights = {1, 0.5, 2, 0};
  for (const double focal : {0.0, 2.0}) {
    options_.focal = focal;
    std::vector<Tensor> whole, parts;
    const TrainStep::Result one = RunAll({16, kSide, 16, false}, 1, &whole);
    const TrainStep::Result many = RunAll({16, kSide, 3, false}, 6, &parts);
    EXPECT_NEAR(many.loss, one.loss, 1e-6);
    ASSERT_EQ(parts.size(), whole.size());
    for (size_t i = 0; i < whole.size(); ++i) EXPECT_TRUE(torch::allclose(parts[i], whole[i], 1e-5, 1e-6)) << i;
  }
}

TEST_F(TrainStepTest, AStepOfClassesWithoutWeightLeavesTheWeights) {
  options_.class_weights = {0, 0, 0, 0};
  for (const int accumulate : {1, 2}) {
    options_.accumulate = accumulate;
    Classifier model = MakeModel();
    std::vector<Tensor> before;
    for (const auto& item : model.State()) before.push_back(item.tensor.detach().clone());
    EXPECT_EQ(Run(model, Trainable::kAllFrozenNorms, 0, 0.1).loss, 0);
    size_t i = 0;
    for (const auto& item : model.State()) EXPECT_TRUE(torch::equal(item.tensor, before[i++])) << item.name;
  }
}

}  // namespace
}  // namespace train
