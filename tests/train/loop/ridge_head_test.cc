#include "train/loop/ridge_head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "dataset/base/error.h"
#include "tests/train/memory_source.h"
#include "tests/train/models.h"
#include "train/optim/ridge.h"

namespace train {
namespace {

using torch::Tensor;

class RidgeHeadTest : public ::testing::Test {
 protected:
  static constexpr int kSide = 8, kClasses = 4;

  RidgeHeadTest() { normalization_.mean = normalization_.stddev = {127.5f}; }

  static Classifier MakeModel() {
    return Classifier(testing::DefaultModel("small_cnn", kClasses, kSide, 0.3), Initialization::kHe, 4);
  }

  std::optional<SolvedHead> Solve(Classifier& model, Mirror mirror = Mirror::kNo,
                                  const std::function<bool()>& stop = {}, uint64_t samples = 100) {
    RidgeHead head(model, {.train = train_.Stream(), .samples = samples, .mirror = mirror, .class_weights = weights_},
                   {}, normalization_, kClasses, 0.1);
    Evaluator val(model, {}, normalization_, val_.Stream(), kClasses, Loss::kSoftmax);
    val.SetBackboneFrozen(true);
    return head.Solve(val, stop, [this](int advanced) { seen_ += advanced; });
  }

  // All features and labels of a stream.
  std::pair<Tensor, Tensor> FeaturesOf(Classifier& model, BatchStream stream) {
    Evaluator evaluator(model, {}, normalization_, std::move(stream), kClasses, Loss::kSoftmax);
    std::vector<Tensor> values;
    std::vector<int64_t> labels;
    evaluator.ForEachBatch({}, {}, [&](const BatchFeatures& features) {
      values.push_back(features.values);
      labels.insert(labels.end(), features.labels.begin(), features.labels.end());
    });
    return {torch::cat(values), torch::tensor(labels, torch::kInt64)};
  }

  testing::MemoryStream train_{100, kSide, 16, false};
  testing::MemoryStream val_{37, kSide, 16, false};
  Normalization normalization_;
  std::vector<double> weights_;
  int seen_ = 0;
};

TEST_F(RidgeHeadTest, TheLayerGivesTheRegressionsScores) {
  Classifier model = MakeModel();
  const std::optional<SolvedHead> solved = Solve(model);
  ASSERT_TRUE(solved);
  EXPECT_EQ(seen_, 100);
  EXPECT_EQ(solved->samples, 100u);
  EXPECT_GT(solved->accuracy, 0.9);
  const auto [values, labels] = FeaturesOf(model, train_.Stream());
  RidgeRegression regression(values.size(1), kClasses);
  regression.Add(values, labels, torch::ones({100}, torch::kFloat64));
  regression.Finish();
  const Tensor scores = regression.Solve(solved->lambda).Of(values);
  torch::NoGradGuard no_grad;
  const Tensor logits = model.Head(values).to(torch::kFloat64);
  EXPECT_TRUE(torch::allclose(logits, scores / solved->temperature, 1e-4, 1e-4));
  EXPECT_TRUE(torch::equal(logits.argmax(1), scores.argmax(1)));
  EXPECT_DOUBLE_EQ(solved->accuracy, logits.argmax(1).eq(labels).sum().item<int64_t>() / 100.0);
}

TEST_F(RidgeHeadTest, RepeatsExactlyAndTouchesTheLastLayerAlone) {
  Classifier before = MakeModel(), a = MakeModel(), b = MakeModel();
  Solve(a, Mirror::kLeftRight);
  Solve(b, Mirror::kLeftRight);
  const auto first = before.State(), one = a.State(), other = b.State();
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(torch::equal(one[i].tensor, other[i].tensor)) << one[i].name;
    EXPECT_EQ(torch::equal(one[i].tensor, first[i].tensor), !one[i].name.starts_with("classifier.")) << one[i].name;
  }
}

TEST_F(RidgeHeadTest, MirrorImagesAreForFewSamples) {
  const auto last_layer = [&](Mirror mirror, uint64_t samples) {
    Classifier model = MakeModel();
    Solve(model, mirror, {}, samples);
    return model.State().back().tensor;
  };
  EXPECT_FALSE(torch::equal(last_layer(Mirror::kNo, 100), last_layer(Mirror::kLeftRight, 100)));
  EXPECT_TRUE(torch::equal(last_layer(Mirror::kNo, 1000), last_layer(Mirror::kLeftRight, 1000)));
}

TEST_F(RidgeHeadTest, AStopLeavesTheModelAsItIs) {
  // 7 batches of train, 3 of val.
  for (const int stop_after : {1, 7, 8, 10}) {
    Classifier model = MakeModel(), before = MakeModel();
    int asked = 0;
    EXPECT_FALSE(Solve(model, Mirror::kNo, [&] { return ++asked == stop_after; })) << stop_after;
    const auto now = model.State(), then = before.State();
    for (size_t i = 0; i < now.size(); ++i) EXPECT_TRUE(torch::equal(now[i].tensor, then[i].tensor)) << now[i].name;
  }
}

TEST_F(RidgeHeadTest, UnreadableSamplesAreLeftOut) {
  std::set<uint32_t> empty = {3, 30};
  for (uint32_t id = 16; id < 32; ++id) empty.insert(id);  // a whole batch, and one more
  train_.set_empty(empty);
  Classifier model = MakeModel();
  EXPECT_EQ(Solve(model)->samples, 100u - 17u);
  for (uint32_t id = 0; id < 100; ++id) empty.insert(id);
  train_.set_empty(empty);
  EXPECT_THROW(Solve(model), dataset::Error);
}

TEST_F(RidgeHeadTest, AClassOfWeightZeroIsNotLearned) {
  Classifier model = MakeModel();
  weights_ = {1, 1, 0, 1};
  Solve(model);
  const auto [values, labels] = FeaturesOf(model, val_.Stream());
  torch::NoGradGuard no_grad;
  EXPECT_FALSE(model.Head(values).argmax(1).eq(2).any().item<bool>());
}

TEST_F(RidgeHeadTest, FeaturesThatAreNotFiniteAreNamed) {
  Classifier model = MakeModel();
  for (const auto& item : model.State()) {
    if (item.name == "dense.bias") Tensor(item.tensor).fill_(std::numeric_limits<float>::infinity());
  }
  try {
    Solve(model);
    ADD_FAILURE();
  } catch (const dataset::Error& error) {
    EXPECT_NE(std::string(error.what()).find("the features of sample 0 are not finite"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace train
