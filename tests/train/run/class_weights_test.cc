#include "train/run/class_weights.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"

namespace train {
namespace {

using Weights = std::vector<double>;

TEST(ClassWeightsTest, NamedClassesHaveTheirsAndOthersOne) {
  EXPECT_EQ(WeightsOf({{"dog", 3}, {"ant", 0}}, {"ant", "cat", "dog"}, "loss_weights"), (Weights{0, 1, 3}));
  EXPECT_EQ(WeightsOf({}, {"ant", "cat"}, "loss_weights"), (Weights{1, 1}));
}

TEST(ClassWeightsTest, WrongNamesAreNamed) {
  const auto message = [](const NamedWeights& named) -> std::string {
    try {
      WeightsOf(named, {"cat", "dog"}, "loss_weights");
    } catch (const dataset::Error& error) {
      EXPECT_TRUE(error.usage());
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message({{"cow", 1}}), "`loss_weights`: no class is named 'cow'");
  EXPECT_EQ(message({{"dog", 1}, {"dog", 1}}), "`loss_weights` names 'dog' twice");
}

// sklearn.utils.class_weight.compute_class_weight("balanced", ...) of labels with these counts.
TEST(ClassWeightsTest, BalancedOnesAreScikitLearns) {
  EXPECT_EQ(BalancedWeights({5, 5}), (Weights{1, 1}));
  EXPECT_EQ(BalancedWeights({1, 3}), (Weights{2, 4.0 / 6}));
  EXPECT_EQ(BalancedWeights({10, 20, 30, 40}), (Weights{2.5, 1.25, 100 / 120.0, 0.625}));
}

TEST(ClassWeightsTest, AClassWithoutSamplesDoesNotCount) {
  EXPECT_EQ(BalancedWeights({1, 0, 3}), (Weights{2, 0, 4.0 / 6}));
  EXPECT_EQ(BalancedWeights({7, 0}), (Weights{1, 0}));
}

}  // namespace
}  // namespace train
