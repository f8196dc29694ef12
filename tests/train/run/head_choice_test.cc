#include "train/run/head_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "train/graph/head.h"

namespace train {
namespace {

struct Asked {
  TrainingRunOptions options;
  ModelInfo model;
  bool pretrained = true;
  std::optional<ClassRows> rows;
};

Asked MakeAsked() {
  Asked asked;
  asked.model.backbone = "mobilenet_v2";
  asked.model.variant = "torchvision";
  asked.model.channels = 3;
  asked.model.image_size = 64;
  asked.model.eval_resize = 64;
  asked.model.classes = {"a", "b", "c"};
  asked.model.head.items = ParseHead("dropout:0.5");
  return asked;
}

HeadSolver Choose(const Asked& asked) {
  return ChooseHeadSolver(asked.options, asked.model, asked.pretrained, asked.rows);
}

TEST(ChooseHeadSolverTest, RidgeIsTheDefault) {
  Asked asked = MakeAsked();
  EXPECT_EQ(Choose(asked), HeadSolver::kRidge);
  asked.model.head.items = ParseHead("dense");
  EXPECT_EQ(Choose(asked), HeadSolver::kRidge);
  asked.options.head_solver = HeadSolver::kGradient;
  EXPECT_EQ(Choose(asked), HeadSolver::kGradient);
}

TEST(ChooseHeadSolverTest, WhatCannotBeSolvedIsTrained) {
  const struct {
    const char* why;  // part of the message if ridge is asked for
    std::function<void(Asked&)> change;
  } kCases[] = {
      {"needs `weights` or `init_from`", [](Asked& a) { a.pretrained = false; }},
      {"let `head_epochs` be 1 or more", [](Asked& a) { a.options.head_epochs = 0; }},
      {"scores of softmax alone", [](Asked& a) { a.model.loss = Loss::kSigmoid; }},
      {"leave out mixup and cutmix", [](Asked& a) { a.options.mix.mixup = 0.2; }},
      {"leave out mixup and cutmix", [](Asked& a) { a.options.mix.cutmix = 1; }},
      {"leave out `init_optimizer`", [](Asked& a) { a.options.init_optimizer = InitOptimizer::kKeep; }},
      {"`head` of one dense layer", [](Asked& a) { a.model.head.items = ParseHead("dense:64:relu"); }},
      {"`head` of one dense layer", [](Asked& a) { a.model.head.items = ParseHead("norm"); }},
      {"`head` of one dense layer", [](Asked& a) { a.model.head.items = ParseHead("conv:relu"); }},
      {"up to 8192 features, and these are 20480",
       [](Asked& a) { a.model.image_size = 128, a.model.head.pooling = Pooling::kFlatten; }},
  };
  for (const auto& test : kCases) {
    Asked asked = MakeAsked();
    test.change(asked);
    EXPECT_EQ(Choose(asked), HeadSolver::kGradient) << test.why;
    asked.options.head_solver = HeadSolver::kRidge;
    try {
      Choose(asked);
      ADD_FAILURE() << test.why;
    } catch (const dataset::Error& error) {
      EXPECT_NE(std::string(error.what()).find(test.why), std::string::npos) << error.what();
      EXPECT_TRUE(error.usage());
    }
  }
}

TEST(ChooseHeadSolverTest, ScoresOfAnotherRunAreLostOnlyIfAskedFor) {
  Asked asked = MakeAsked();
  asked.rows = ClassRows{.from = {-1, -1, -1}};
  EXPECT_EQ(Choose(asked), HeadSolver::kRidge);
  asked.rows->from[1] = 0;
  EXPECT_EQ(Choose(asked), HeadSolver::kGradient);
  asked.options.head_solver = HeadSolver::kRidge;
  EXPECT_EQ(Choose(asked), HeadSolver::kRidge);
}

TEST(RidgeWeightsTest, SmallClassesCountMoreThanTheSamplerDrawsThem) {
  const struct {
    dataset::Order sampler;
    std::vector<uint32_t> samples;
    std::vector<double> class_weights, wanted;
  } kCases[] = {
      {dataset::Order::kShuffled, {5, 5}, {}, {1, 1}},
      {dataset::Order::kShuffled, {18, 2, 0}, {}, {std::sqrt(20.0 / 54), std::sqrt(20.0 / 6), 0}},
      {dataset::Order::kStratified, {18, 2}, {}, {std::sqrt(10.0 / 18), std::sqrt(10.0 / 2)}},
      {dataset::Order::kBalanced, {18, 2}, {}, {1.0 / 18, 1.0 / 2}},
      {dataset::Order::kWeighted, {6, 2}, {1, 3}, {1, 3}},
      {dataset::Order::kWeighted, {6, 2}, {0, 2}, {0, 2 * std::sqrt(4.0 / 8)}},
  };
  for (const auto& test : kCases) {
    const std::vector<double> weights = RidgeWeights(test.sampler, test.samples, test.class_weights);
    ASSERT_EQ(weights.size(), test.wanted.size());
    for (size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(weights[i], test.wanted[i], 1e-12) << i;
  }
}

}  // namespace
}  // namespace train
