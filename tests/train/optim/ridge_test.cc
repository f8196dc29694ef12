#include "train/optim/ridge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/train/goldens.h"

namespace train {
namespace {

using torch::Tensor;

constexpr int kClasses = 3;

// The samples of tests/train/goldens/make_ridge.py.
struct Samples {
  Tensor values, labels, weights;
};
Samples MakeSamples(int count, int features, bool weighted) {
  Samples samples{torch::empty({count, features}, torch::kFloat64), torch::empty({count}, torch::kInt64),
                  torch::ones({count}, torch::kFloat64)};
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < features; ++j) {
      samples.values[i][j] = j == 2 ? 7 : std::sin(0.37 * i * (j + 1) + j) * (1 + j % 3) + 10 * j;
    }
    const int label = 7 * i % 5 % kClasses;
    samples.labels[i] = label;
    if (weighted) samples.weights[i] = 1 + label;
  }
  return samples;
}

RidgeRegression Fitted(const Samples& samples, int64_t batch) {
  RidgeRegression regression(samples.values.size(1), kClasses);
  for (int64_t begin = 0; begin < samples.values.size(0); begin += batch) {
    const int64_t end = std::min(begin + batch, samples.values.size(0));
    regression.Add(samples.values.slice(0, begin, end), samples.labels.slice(0, begin, end),
                   samples.weights.slice(0, begin, end));
  }
  regression.Finish();
  return regression;
}

void ExpectNear(const Tensor& got, const double* wanted, double tolerance, const std::string& what) {
  const Tensor flat = got.flatten();
  for (int64_t i = 0; i < flat.size(0); ++i) {
    EXPECT_NEAR(flat[i].item<double>(), wanted[i], tolerance) << what << " " << i;
  }
}

TEST(RidgeRegressionTest, EqualsScikitLearn) {
  int compared = 0;
  for (const std::vector<std::string>& row : testing::ReadGoldens("ridge.csv")) {
    if (row.at(0) != "ridge") continue;
    const int count = std::stoi(row.at(1)), features = std::stoi(row.at(2));
    const std::string what = row[1] + " x " + row[2] + ", weighted " + row.at(3) + ", lambda " + row.at(4);
    std::vector<double> wanted;
    for (size_t i = 5; i < row.size(); ++i) wanted.push_back(std::stod(row[i]));
    ASSERT_EQ(wanted.size(), static_cast<size_t>(kClasses * (features + 1))) << what;
    const LinearScores layer = Fitted(MakeSamples(count, features, row[3] == "1"), 7).Solve(std::stod(row[4]));
    ExpectNear(layer.weight, wanted.data(), 1e-8, what);
    ExpectNear(layer.bias, wanted.data() + kClasses * features, 1e-6, what);
    ++compared;
  }
  EXPECT_EQ(compared, 12);
}

TEST(RidgeRegressionTest, BatchesOnlyRound) {
  const Samples samples = MakeSamples(700, 5, true);
  const LinearScores one = Fitted(samples, 1).Solve(0.1), all = Fitted(samples, 700).Solve(0.1);
  EXPECT_TRUE(torch::allclose(one.weight, all.weight, 1e-10, 1e-12));
  EXPECT_TRUE(torch::allclose(one.bias, all.bias, 1e-10, 1e-12));
}

TEST(RidgeRegressionTest, AClassWithoutSamplesIsNeverFirst) {
  Samples samples = MakeSamples(40, 6, false);
  samples.labels.remainder_(2);
  const LinearScores layer = Fitted(samples, 40).Solve(0.01);
  EXPECT_FALSE(layer.Of(samples.values).argmax(1).eq(2).any().item<bool>());
  EXPECT_EQ(layer.weight[2].abs().max().item<double>(), 0);
}

TEST(RidgeRegressionTest, OneSampleOfEachClassIsEnough) {
  const LinearScores layer = [] {
    Samples samples = MakeSamples(3, 40, false);
    samples.labels = torch::arange(3);
    return Fitted(samples, 3).Solve(0.001);
  }();
  EXPECT_TRUE(torch::equal(layer.Of(MakeSamples(3, 40, false).values).argmax(1), torch::arange(3)));
}

// Sums of squares of a mean that is a million deviations would keep four digits.
TEST(RidgeRegressionTest, AFarMeanCostsNoDigits) {
  Samples near = MakeSamples(40, 2, false), far = near;
  far.values = near.values + 1e4;
  const LinearScores a = Fitted(near, 16).Solve(0.1), b = Fitted(far, 16).Solve(0.1);
  EXPECT_TRUE(torch::allclose(a.weight, b.weight, 1e-8, 1e-10));
  EXPECT_TRUE(torch::allclose(a.Of(near.values), b.Of(far.values), 1e-7, 1e-8));
}

struct Scores {
  Tensor values, labels;
};
Scores MakeScores(int count, double stretch) {
  Scores scores{torch::empty({count, kClasses}, torch::kFloat64), torch::empty({count}, torch::kInt64)};
  for (int i = 0; i < count; ++i) {
    for (int c = 0; c < kClasses; ++c) scores.values[i][c] = stretch * std::sin(i + 2 * c);
  }
  scores.labels = scores.values.argmax(1);
  for (int i = 0; i < count; i += 4) scores.labels[i] = i % 3;
  return scores;
}

TEST(FitTemperatureTest, EqualsScipy) {
  int compared = 0;
  for (const std::vector<std::string>& row : testing::ReadGoldens("ridge.csv")) {
    if (row.at(0) != "temperature") continue;
    const Scores scores = MakeScores(std::stoi(row.at(1)), std::stod(row.at(2)));
    const double temperature = FitTemperature(scores.values, scores.labels), wanted = std::stod(row.at(3));
    EXPECT_NEAR(temperature, wanted, 1e-6 * wanted);
    EXPECT_NEAR(LogLoss(scores.values, scores.labels, temperature), std::stod(row.at(4)), 1e-10);
    EXPECT_LE(LogLoss(scores.values, scores.labels, temperature), LogLoss(scores.values, scores.labels, 1));
    ++compared;
  }
  EXPECT_EQ(compared, 4);
}

TEST(FitTemperatureTest, FewRightAnswersDoNotMakeSure) {
  for (const int count : {1, 2, 20, 1000}) {
    const Tensor labels = torch::arange(count).remainder(kClasses);
    const Tensor scores = torch::one_hot(labels, kClasses).to(torch::kFloat64);
    const double temperature = FitTemperature(scores, labels), loss = LogLoss(scores, labels, temperature);
    EXPECT_LE(temperature, 1);
    EXPECT_LE(loss, LogLoss(scores, labels, 1));
    if (temperature < 1) {
      EXPECT_NEAR(loss, 1.0 / (count + 2), 1e-6) << count;
    }
  }
}

TEST(FitTemperatureTest, WrongScoresCountForNothing) {
  const Tensor labels = torch::arange(30).remainder(kClasses);
  const Tensor scores = -torch::one_hot(labels, kClasses).to(torch::kFloat64);
  EXPECT_NEAR(FitTemperature(scores, labels), 1000, 1e-3);
}

TEST(FitTemperatureTest, EqualScoresAreLeftAsTheyAre) {
  EXPECT_NO_THROW(FitTemperature(torch::zeros({5, kClasses}, torch::kFloat64), torch::zeros({5}, torch::kInt64)));
}

}  // namespace
}  // namespace train
