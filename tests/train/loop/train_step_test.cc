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
  TrainStep::Result Run(Classifier& model, Trainable trainable, uint64_t step, double rate) {
    model.SetTrainable(trainable);
    Optimizer optimizer({.kind = OptimizerKind::kMomentum}, OptimizedParametersOf(model));
    return TrainStep(model, options_).Run(*batch_, trainable, step, rate, optimizer);
  }

  TrainStepOptions options_;
  testing::MemoryStream stream_{16, kSide, 16, false};
  dataset::BatchLease batch_ = stream_.Stream().open(0, 0)->Next();
};

TEST_F(TrainStepTest, LearnsTheBatch) {
  Classifier model = MakeModel();
  model.SetTrainable(Trainable::kAll);
  Optimizer optimizer({}, OptimizedParametersOf(model));
  TrainStep step(model, options_);
  const TrainStep::Result first = step.Run(*batch_, Trainable::kAll, 0, 3e-3, optimizer);
  TrainStep::Result last;
  for (uint64_t i = 1; i < 40; ++i) last = step.Run(*batch_, Trainable::kAll, i, 3e-3, optimizer);
  EXPECT_GT(first.loss, std::log(4) / 2);
  EXPECT_LT(last.loss, first.loss / 2);
  EXPECT_GT(last.correct, 12u);
}

TEST_F(TrainStepTest, DrawsDependOnTheStepsNumberAlone) {
  const auto loss = [&](uint64_t step) {
    Classifier model = MakeModel();
    return Run(model, Trainable::kAll, step, 0).loss;
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

}  // namespace
}  // namespace train
