#include "train/loop/best_weights.h"

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
  best.Add({epoch, {.accuracy = score, .loss = 0, .f1 = 0}}, model);
}

std::vector<uint32_t> EpochsOf(const BestWeights& best) {
  std::vector<uint32_t> epochs;
  for (const ScoredEpoch& epoch : best.epochs()) epochs.push_back(epoch.epoch);
  return epochs;
}

TEST(BestWeightsTest, KeepsTheBestInTheirOrder) {
  BestWeights best(3, BestBy::kAccuracy);
  const double scores[] = {0.5, 0.7, 0.6, 0.7, 0.4, 0.8};
  for (uint32_t epoch = 0; epoch < 6; ++epoch) Add(best, epoch, scores[epoch], epoch);
  EXPECT_EQ(EpochsOf(best), (std::vector<uint32_t>{5, 1, 3}));
}

TEST(BestWeightsTest, ASmallerLossDecidesEqualScores) {
  BestWeights best(2, BestBy::kAccuracy);
  const Classifier model = MakeModel();
  best.Add({0, {.accuracy = 0.7, .loss = 0.5, .f1 = 0}}, model);
  best.Add({1, {.accuracy = 0.7, .loss = 0.4, .f1 = 0}}, model);
  best.Add({2, {.accuracy = 0.7, .loss = 0.6, .f1 = 0}}, model);
  EXPECT_EQ(EpochsOf(best), (std::vector<uint32_t>{1, 0}));
}

// The nearer to 4, the better.
TEST(BestWeightsTest, TakesInWhatDoesNotHarm) {
  BestWeights best(3, BestBy::kAccuracy);
  Add(best, 0, -1, 3);
  Add(best, 1, -2, 6);
  Add(best, 2, -5, 9);
  Classifier model = MakeModel();
  const auto judge = [&] {
    return std::optional(ValResult{.accuracy = -std::abs(ValueOf(model) - 4), .loss = 0, .f1 = 0});
  };
  // 3, then (3 + 6) / 2 = 4.5, then (3 + 6 + 9) / 3 = 6 is worse.
  const std::optional<BestWeights::Mean> mean = best.Average(model, judge);
  EXPECT_EQ(mean->epochs, (std::vector<uint32_t>{0, 1}));
  EXPECT_FLOAT_EQ(static_cast<float>(ValueOf(model)), 4.5f);
  EXPECT_FLOAT_EQ(static_cast<float>(mean->result.accuracy), -0.5f);
}

TEST(BestWeightsTest, TheMeanIsThatOfAll) {
  BestWeights best(4, BestBy::kAccuracy);
  const double values[] = {1, 2, 4, 8};
  for (uint32_t epoch = 0; epoch < 4; ++epoch) Add(best, epoch, 1.0 - epoch, values[epoch]);
  Classifier model = MakeModel();
  EXPECT_EQ(
      best.Average(model, [] { return std::optional(ValResult{.accuracy = 1, .loss = 0, .f1 = 0}); })->epochs.size(),
      4u);
  for (const auto& item : model.State()) {
    if (!item.tensor.is_floating_point()) continue;  // a counter
    EXPECT_NEAR(item.tensor.max().item<double>(), 15.0 / 4, 1e-5) << item.name;
  }
}

TEST(BestWeightsTest, OneAloneIsGivenBack) {
  BestWeights best(3, BestBy::kAccuracy);
  Add(best, 7, 0.5, 3);
  Classifier model = MakeModel();
  const auto mean = best.Average(model, [] { return std::optional(ValResult{.accuracy = 9, .loss = 0, .f1 = 0}); });
  EXPECT_EQ(mean->epochs, (std::vector<uint32_t>{7}));
  EXPECT_EQ(ValueOf(model), 3);
  EXPECT_EQ(mean->result.accuracy, 0.5);
}

TEST(BestWeightsTest, GoesOnFromASavedState) {
  const dataset::testing::TempDir dir;
  BestWeights best(3, BestBy::kAccuracy);
  for (uint32_t epoch = 0; epoch < 3; ++epoch) Add(best, epoch, epoch, epoch);
  std::vector<Tensor> storage;
  const std::vector<TensorView> views = best.State(storage);
  WriteSafetensors(dir / "state", views, {}, dataset::Sync::kNo);
  const Classifier model = MakeModel();
  BestWeights resumed(3, BestBy::kAccuracy);
  resumed.Load(*OpenTensorFile(dir / "state"), best.epochs(), model);
  EXPECT_EQ(EpochsOf(resumed), (std::vector<uint32_t>{2, 1, 0}));
  std::vector<Tensor> again;
  const std::vector<TensorView> loaded = resumed.State(again);
  ASSERT_EQ(loaded.size(), views.size());
  for (size_t i = 0; i < views.size(); ++i) EXPECT_EQ(loaded[i].bytes, views[i].bytes) << views[i].name;

  std::vector<ScoredEpoch> other = best.epochs();
  other[0].epoch = 9;
  EXPECT_THROW(BestWeights(3, BestBy::kAccuracy).Load(*OpenTensorFile(dir / "state"), other, model), dataset::Error);
  other = {best.epochs()[0]};
  EXPECT_THROW(BestWeights(3, BestBy::kAccuracy).Load(*OpenTensorFile(dir / "state"), other, model), dataset::Error);
  EXPECT_THROW(BestWeights(2, BestBy::kAccuracy).Load(*OpenTensorFile(dir / "state"), best.epochs(), model),
               dataset::Error);
}

TEST(BestWeightsTest, AnEpochThatIsThereIsReplaced) {
  BestWeights best(3, BestBy::kAccuracy);
  Add(best, 0, 0.5, 1);
  Add(best, 1, 0.6, 2);
  Add(best, 1, 0.6, 2);
  EXPECT_EQ(EpochsOf(best), (std::vector<uint32_t>{1, 0}));
}

TEST(BestWeightsTest, WithoutAJudgmentThereIsNoMean) {
  BestWeights best(3, BestBy::kAccuracy);
  Add(best, 0, 0.5, 1);
  Add(best, 1, 0.6, 2);
  Classifier model = MakeModel();
  {
    const WeightsKeeper keeper(model);
    Fill(model, 7);
    EXPECT_FALSE(best.Average(model, [] { return std::optional<ValResult>(); }));
  }
  EXPECT_NE(ValueOf(model), 7);
}

TEST(BestWeightsTest, NoneAreKept) {
  BestWeights best(0, BestBy::kAccuracy);
  Add(best, 0, 0.5, 1);
  EXPECT_TRUE(best.epochs().empty());
}

}  // namespace
}  // namespace train
