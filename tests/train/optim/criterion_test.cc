#include "train/optim/criterion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/testing/named.h"
#include "tests/train/goldens.h"

namespace train {
namespace {

using torch::Tensor;

constexpr int kSamples = 6;

struct Golden {
  CriterionOptions options;
  bool mixed = false;
  std::vector<double> numbers;  // the loss, and its gradient
};

// tests/train/goldens/make_losses.py
std::vector<dataset::testing::Named<Golden>> Goldens() {
  std::vector<dataset::testing::Named<Golden>> goldens;
  std::vector<std::vector<std::string>> rows = testing::ReadGoldens("losses.csv");
  rows.erase(rows.begin());
  for (const std::vector<std::string>& row : rows) {
    Golden golden;
    golden.options.loss = *dataset::ParseName<Loss>(row.at(0));
    golden.options.classes = std::stoi(row.at(1));
    golden.mixed = row.at(2) == "1";
    golden.options.label_smoothing = std::stod(row.at(3));
    if (row.at(4) == "1") {
      for (int c = 0; c < golden.options.classes; ++c) {
        golden.options.class_weights.push_back(c == 3 ? 0 : (c + 1) / 2.0);
      }
    }
    golden.options.focal = std::stod(row.at(5));
    for (size_t i = 6; i < row.size(); ++i) golden.numbers.push_back(std::stod(row[i]));
    std::string name = row[0] + "_of_" + row[1] + (golden.mixed ? "_mixed" : "") + (row[3] == "0" ? "" : "_smoothed") +
                       (row[4] == "1" ? "_weighted" : "");
    if (golden.options.focal > 0) name += golden.options.focal < 1 ? "_focal_half" : "_focal_2";
    goldens.push_back({name, golden});
  }
  return goldens;
}

std::vector<int64_t> Labels(int classes) {
  std::vector<int64_t> labels;
  for (int i = 0; i < kSamples; ++i) labels.push_back((2 * i + 1 + i / 2) % classes);
  return labels;
}

Tensor Logits(const CriterionOptions& options) {
  const int outputs = OutputsOf(options.loss, options.classes);
  std::vector<double> values;
  for (int i = 0; i < kSamples; ++i) {
    for (int j = 0; j < outputs; ++j) values.push_back(3 * std::sin(1.3 * i + 0.7 * j + 1));
  }
  return torch::tensor(values).to(torch::kFloat32).view({kSamples, outputs}).requires_grad_(true);
}

Tensor TargetsOf(const Golden& golden) {
  const Tensor labels = torch::tensor(Labels(golden.options.classes), torch::kInt64);
  if (!golden.mixed) return labels;
  const Tensor shares = torch::one_hot(labels, golden.options.classes).to(torch::kFloat32);
  return 0.7 * shares + 0.3 * shares.roll(1, 0);
}

class CriterionGoldenTest : public ::testing::TestWithParam<dataset::testing::Named<Golden>> {};

TEST_P(CriterionGoldenTest, EqualsTorch) {
  const Golden& golden = GetParam().value;
  Tensor logits = Logits(golden.options);
  const Tensor loss = Criterion(golden.options, torch::kCPU).Mean(logits, TargetsOf(golden));
  EXPECT_NEAR(loss.item<double>(), golden.numbers[0], 2e-6 * std::max(1.0, golden.numbers[0]));
  loss.backward();
  const Tensor gradient = logits.grad().flatten();
  ASSERT_EQ(static_cast<size_t>(gradient.numel()), golden.numbers.size() - 1);
  for (int64_t i = 0; i < gradient.numel(); ++i) {
    EXPECT_NEAR(gradient[i].item<double>(), golden.numbers[static_cast<size_t>(i) + 1], 1e-6) << i;
  }
}

// The mean over several batches is that over one.
TEST_P(CriterionGoldenTest, WeightsOfBatchesMakeTheWholeMean) {
  const Golden& golden = GetParam().value;
  const Criterion criterion(golden.options, torch::kCPU);
  const Tensor logits = Logits(golden.options), targets = TargetsOf(golden);
  const std::vector<int64_t> labels = Labels(golden.options.classes);
  double sum = 0, weights = 0;
  for (const auto& [begin, end] : {std::pair<int64_t, int64_t>{0, 1}, {1, 2}, {2, 6}}) {
    const std::span<const int64_t> own(labels.data() + begin, static_cast<size_t>(end - begin));
    const Tensor own_logits = logits.slice(0, begin, end), own_targets = targets.slice(0, begin, end);
    const double own_sum = criterion.Sum(own_logits, own_targets).item<double>();
    const double weight = criterion.Weight(own, golden.mixed);
    EXPECT_NEAR(criterion.Mean(own_logits, own_targets).item<double>() * weight, weight > 0 ? own_sum : 0, 1e-5);
    sum += own_sum;
    weights += weight;
  }
  EXPECT_NEAR(sum / weights, golden.numbers[0], 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Losses, CriterionGoldenTest, ::testing::ValuesIn(Goldens()),
                         dataset::testing::kNameOfParameter);

TEST(CriterionTest, PlainOneIsLossOf) {
  for (const Loss loss : {Loss::kSoftmax, Loss::kSigmoid}) {
    const CriterionOptions options{.loss = loss, .classes = 4, .label_smoothing = 0.1, .class_weights = {}};
    const Tensor logits = Logits(options), labels = torch::tensor(Labels(4), torch::kInt64);
    EXPECT_TRUE(
        torch::equal(Criterion(options, torch::kCPU).Mean(logits, labels), LossOf(loss, logits, labels, 4, 0.1)));
    EXPECT_EQ(Criterion(options, torch::kCPU).Weight(Labels(4), false), kSamples);
  }
}

TEST(CriterionTest, ABatchOfWeightZeroHasNoLossAndNoGradient) {
  for (const Loss loss : {Loss::kSoftmax, Loss::kSigmoid}) {
    const CriterionOptions options{.loss = loss, .classes = 4, .label_smoothing = 0.1, .class_weights = {0, 1, 1, 1}};
    Tensor logits = Logits(options);
    const Tensor mean = Criterion(options, torch::kCPU).Mean(logits, torch::zeros({kSamples}, torch::kInt64));
    EXPECT_EQ(mean.item<double>(), 0);
    mean.backward();
    EXPECT_EQ(logits.grad().abs().max().item<double>(), 0);
  }
}

// Where (1 - p) is 0 in float32, a power below 1 has no derivative.
TEST(CriterionTest, SureSamplesHaveFiniteGradients) {
  for (const Loss loss : {Loss::kSoftmax, Loss::kSigmoid}) {
    for (const double gamma : {0.01, 0.5, 1.0, 2.0, 5.0}) {
      const CriterionOptions options{.loss = loss, .classes = 3, .class_weights = {}, .focal = gamma};
      for (const double sure : {1e3, -1e3}) {
        Tensor logits = torch::tensor({{sure, -sure, -sure}}).to(torch::kFloat32).requires_grad_(true);
        const Tensor mean = Criterion(options, torch::kCPU).Mean(logits, torch::zeros({1}, torch::kInt64));
        EXPECT_TRUE(std::isfinite(mean.item<double>())) << gamma << " " << sure;
        mean.backward();
        EXPECT_TRUE(logits.grad().isfinite().all().item<bool>()) << gamma << " " << sure;
      }
    }
  }
}

}  // namespace
}  // namespace train
