#include "train/optim/best_weights.h"

#include <gtest/gtest.h>

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

double ValueOf(const Classifier& model) { return model.State().front().tensor.mean().item<double>(); }

// Weights of one value a model.
void Add(BestWeights& best, uint32_t epoch, double score, double value) {
  Classifier model = MakeModel();
  Fill(model, value);
  best.Add(epoch, {score, 0}, model);
}

std::vector<uint32_t> EpochsOf(const BestWeights& best) {
  std::vector<uint32_t> epochs;
  for (const BestWeights::Entry& entry : best.entries()) epochs.push_back(entry.epoch);
  return epochs;
}

TEST(BestWeightsTest, KeepsTheBestInTheirOrder) {
  BestWeights best(3);
  const double scores[] = {0.5, 0.7, 0.6, 0.7, 0.4, 0.8};
  for (uint32_t epoch = 0; epoch < 6; ++epoch) Add(best, epoch, scores[epoch], epoch);
  EXPECT_EQ(EpochsOf(best), (std::vector<uint32_t>{5, 1, 3}));
}

TEST(BestWeightsTest, ASmallerLossDecidesEqualScores) {
  BestWeights best(2);
  const Classifier model = MakeModel();
  best.Add(0, {0.7, 0.5}, model);
  best.Add(1, {0.7, 0.4}, model);
  best.Add(2, {0.7, 0.6}, model);
  EXPECT_EQ(EpochsOf(best), (std::vector<uint32_t>{1, 0}));
}

// The nearer to 4, the better.
TEST(BestWeightsTest, TakesInWhatDoesNotHarm) {
  BestWeights best(3);
  Add(best, 0, -1, 3);
  Add(best, 1, -2, 6);
  Add(best, 2, -5, 9);
  Classifier model = MakeModel();
  BestWeights::Score result;
  const auto judge = [&] { return BestWeights::Score{-std::abs(ValueOf(model) - 4), 0}; };
  // 3, then (3 + 6) / 2 = 4.5, then (3 + 6 + 9) / 3 = 6 is worse.
  EXPECT_EQ(best.Average(model, judge, &result), (std::vector<uint32_t>{0, 1}));
  EXPECT_FLOAT_EQ(static_cast<float>(ValueOf(model)), 4.5f);
  EXPECT_FLOAT_EQ(static_cast<float>(result.score), -0.5f);
}

TEST(BestWeightsTest, TheMeanIsThatOfAll) {
  BestWeights best(4);
  const double values[] = {1, 2, 4, 8};
  for (uint32_t epoch = 0; epoch < 4; ++epoch) Add(best, epoch, 1.0 - epoch, values[epoch]);
  Classifier model = MakeModel();
  BestWeights::Score result;
  EXPECT_EQ(best.Average(
                    model,
                    [] {
                      return BestWeights::Score{1, 0};
                    },
                    &result)
                .size(),
            4u);
  for (const auto& item : model.State()) {
    if (!item.tensor.is_floating_point()) continue;  // a counter
    EXPECT_NEAR(item.tensor.max().item<double>(), 15.0 / 4, 1e-5) << item.name;
  }
}

TEST(BestWeightsTest, OneAloneIsGivenBack) {
  BestWeights best(3);
  Add(best, 7, 0.5, 3);
  Classifier model = MakeModel();
  BestWeights::Score result;
  EXPECT_EQ(best.Average(
                model,
                [] {
                  return BestWeights::Score{9, 0};
                },
                &result),
            (std::vector<uint32_t>{7}));
  EXPECT_EQ(ValueOf(model), 3);
  EXPECT_EQ(result.score, 0.5);
}

TEST(BestWeightsTest, GoesOnFromASavedState) {
  const dataset::testing::TempDir dir;
  BestWeights best(3);
  for (uint32_t epoch = 0; epoch < 3; ++epoch) Add(best, epoch, epoch, epoch);
  std::vector<Tensor> storage;
  const std::vector<TensorView> views = best.State(storage);
  WriteSafetensors(dir / "state", views, {}, dataset::Sync::kNo);
  const Classifier model = MakeModel();
  BestWeights resumed(3);
  resumed.Load(*OpenTensorFile(dir / "state"), best.entries(), model);
  EXPECT_EQ(EpochsOf(resumed), (std::vector<uint32_t>{2, 1, 0}));
  std::vector<Tensor> again;
  const std::vector<TensorView> loaded = resumed.State(again);
  ASSERT_EQ(loaded.size(), views.size());
  for (size_t i = 0; i < views.size(); ++i) EXPECT_EQ(loaded[i].bytes, views[i].bytes) << views[i].name;

  std::vector<BestWeights::Entry> other = best.entries();
  other[0].epoch = 9;
  EXPECT_THROW(BestWeights(3).Load(*OpenTensorFile(dir / "state"), other, model), dataset::Error);
  other = {best.entries()[0]};
  EXPECT_THROW(BestWeights(3).Load(*OpenTensorFile(dir / "state"), other, model), dataset::Error);
  EXPECT_THROW(BestWeights(2).Load(*OpenTensorFile(dir / "state"), best.entries(), model), dataset::Error);
}

}  // namespace
}  // namespace train
