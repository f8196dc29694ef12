#include "train/optim/loss.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "dataset/base/error.h"

namespace train {
namespace {

using torch::Tensor;

// log(1 + e^x)
double Softplus(double x) { return std::log1p(std::exp(x)); }

double LossAt(Loss loss, const Tensor& logits, const Tensor& targets, int classes, double smoothing = 0) {
  return LossOf(loss, logits, targets, classes, smoothing).item<double>();
}

TEST(LossTest, Names) {
  EXPECT_EQ(dataset::Names<Loss>(), (std::vector<std::string>{"softmax", "sigmoid"}));
  for (const std::string& name : dataset::Names<Loss>())
    EXPECT_EQ(dataset::NameOf(*dataset::ParseName<Loss>(name)), name);
  EXPECT_EQ(dataset::ParseName<Loss>("hinge"), std::nullopt);
  EXPECT_EQ(dataset::ParseName<Loss>(""), std::nullopt);
}

TEST(LossTest, OneScoreForTwoClassesOfSigmoid) {
  EXPECT_EQ(OutputsOf(Loss::kSoftmax, 2), 2);
  EXPECT_EQ(OutputsOf(Loss::kSigmoid, 2), 1);
  EXPECT_EQ(OutputsOf(Loss::kSigmoid, 3), 3);
}

TEST(LossTest, SoftmaxIsCrossEntropy) {
  const Tensor logits = torch::tensor({{1.0f, 2.0f, 4.0f}, {0.0f, -1.0f, 0.5f}});
  const double sums[] = {std::log(std::exp(1) + std::exp(2) + std::exp(4)), std::log(1 + std::exp(-1) + std::exp(0.5))};
  const Tensor labels = torch::tensor({2, 1}, torch::kInt64);
  const double expected = ((sums[0] - 4) + (sums[1] + 1)) / 2;
  EXPECT_NEAR(LossAt(Loss::kSoftmax, logits, labels, 3), expected, 1e-6);
  const Tensor parts = torch::tensor({{0.0f, 0.0f, 1.0f}, {0.0f, 1.0f, 0.0f}});
  EXPECT_NEAR(LossAt(Loss::kSoftmax, logits, parts, 3), expected, 1e-6);
  // A third of the smoothing goes to each class.
  const double uniform = ((sums[0] - 7.0 / 3) + (sums[1] + 0.5 / 3)) / 2;
  for (const Tensor& targets : {labels, parts}) {
    EXPECT_NEAR(LossAt(Loss::kSoftmax, logits, targets, 3, 0.3), 0.7 * expected + 0.3 * uniform, 1e-6);
  }
}

TEST(LossTest, SigmoidIsBinaryCrossEntropyOfEachClass) {
  const Tensor logits = torch::tensor({{1.0f, 2.0f, -4.0f}});
  const double expected = (Softplus(1) + Softplus(-2) + Softplus(-4)) / 3;
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({1}, torch::kInt64), 3), expected, 1e-6);
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({{0.0f, 1.0f, 0.0f}}), 3), expected, 1e-6);
  // A picture with two labels.
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({{1.0f, 1.0f, 0.0f}}), 3),
              (Softplus(-1) + Softplus(-2) + Softplus(-4)) / 3, 1e-6);
  // Smoothing by 0.3: targets 0.1 and 0.8.
  const auto smoothed = [](double x, double part) { return part * Softplus(-x) + (1 - part) * Softplus(x); };
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({1}, torch::kInt64), 3, 0.3),
              (smoothed(1, 0.1) + smoothed(2, 0.8) + smoothed(-4, 0.1)) / 3, 1e-6);
}

TEST(LossTest, TheOneScoreIsTheSecondClass) {
  const Tensor logits = torch::tensor({{2.0f}, {-1.0f}});
  const double expected = (Softplus(2) + Softplus(1)) / 2;
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({0, 1}, torch::kInt64), 2), expected, 1e-6);
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({{1.0f, 0.0f}, {0.0f, 1.0f}}), 2), expected, 1e-6);
  // Mixed pictures: 30 % and 100 % of the second class.
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({{0.7f, 0.3f}, {0.0f, 1.0f}}), 2),
              (0.7 * Softplus(2) + 0.3 * Softplus(-2) + Softplus(1)) / 2, 1e-6);
  // Smoothing by 0.2: targets 0.1 and 0.9.
  EXPECT_NEAR(LossAt(Loss::kSigmoid, logits, torch::tensor({0, 1}, torch::kInt64), 2, 0.2),
              (0.9 * Softplus(2) + 0.1 * Softplus(-2) + 0.9 * Softplus(1) + 0.1 * Softplus(-1)) / 2, 1e-6);
}

// Softmax over (0, z) and the one score z are the same probabilities, hence the same loss.
TEST(LossTest, TheOneScoreIsSoftmaxOfTwo) {
  const Tensor score = torch::tensor({{0.3f}, {-2.0f}, {5.0f}});
  const Tensor two = torch::cat({torch::zeros({3, 1}), score}, 1);
  const Tensor labels = torch::tensor({1, 1, 0}, torch::kInt64);
  EXPECT_NEAR(LossAt(Loss::kSigmoid, score, labels, 2, 0.1), LossAt(Loss::kSoftmax, two, labels, 2, 0.1), 1e-6);
  EXPECT_TRUE(
      torch::allclose(LogProbabilities(Loss::kSigmoid, score), LogProbabilities(Loss::kSoftmax, two), 1e-5, 1e-6));
}

TEST(LossTest, HasGradients) {
  for (const int classes : {2, 3}) {
    for (const Loss loss : {Loss::kSoftmax, Loss::kSigmoid}) {
      Tensor logits = torch::zeros({4, OutputsOf(loss, classes)}).requires_grad_(true);
      LossOf(loss, logits, torch::tensor({0, 1, 1, 0}, torch::kInt64), classes, 0.1).backward();
      EXPECT_GT(logits.grad().abs().sum().item<float>(), 0) << dataset::NameOf(loss) << classes;
    }
  }
}

TEST(LogProbabilitiesTest, SumToOneButForSigmoidOfMany) {
  const Tensor logits = torch::tensor({{1.0f, -2.0f, 0.5f}, {30.0f, 0.0f, -30.0f}});
  const Tensor softmax = LogProbabilities(Loss::kSoftmax, logits).exp();
  EXPECT_TRUE(torch::allclose(softmax.sum(1), torch::ones(2)));
  const Tensor sigmoid = LogProbabilities(Loss::kSigmoid, logits).exp();
  EXPECT_EQ(sigmoid.sizes(), logits.sizes());
  EXPECT_TRUE(torch::allclose(sigmoid, torch::sigmoid(logits)));
  const Tensor one = LogProbabilities(Loss::kSigmoid, torch::tensor({{0.5f}, {-200.0f}}));
  EXPECT_EQ(one.sizes(), (std::vector<int64_t>{2, 2}));
  EXPECT_TRUE(one.isfinite().all().item<bool>());
  EXPECT_TRUE(torch::allclose(one.exp().sum(1), torch::ones(2)));
  EXPECT_TRUE(torch::equal(one.argmax(1), torch::tensor({1, 0}, torch::kInt64)));
}

}  // namespace
}  // namespace train
