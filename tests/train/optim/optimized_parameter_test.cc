#include "train/optim/optimized_parameter.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/train/models.h"
#include "train/network/classifier.h"

namespace train {
namespace {

std::map<std::string, double> RatesOf(Classifier& model, Trainable trainable, const ParameterRates& rates) {
  model.SetTrainable(trainable);
  std::map<std::string, double> result;
  for (const OptimizedParameter& parameter : OptimizedParametersOf(model, rates)) {
    result[parameter.name] = parameter.rate;
  }
  return result;
}

TEST(OptimizedParameterTest, RatesFallFromTheTopDown) {
  Classifier model(testing::DefaultModel("mobilenet_v2", 5, 32, 0), Initialization::kHe, 1);
  const auto rates = RatesOf(model, Trainable::kAllFrozenNorms, {.layer_decay = 0.5, .head = 3});
  EXPECT_EQ(rates.size(), 158u);
  for (const auto& [name, rate] : {std::pair<const char*, double>{"classifier.1.weight", 3},
                                   {"classifier.1.bias", 3},
                                   {"features.18.0.weight", 1},
                                   {"features.18.1.bias", 1},
                                   {"features.17.conv.2.weight", 0.5},
                                   {"features.16.conv.2.weight", 0.25},
                                   {"features.2.conv.0.0.weight", 0x1p-16}}) {
    ASSERT_TRUE(rates.contains(name)) << name;
    EXPECT_EQ(rates.at(name), rate) << name;
  }
}

TEST(OptimizedParameterTest, WithoutDecayAllAreOne) {
  Classifier model(testing::DefaultModel("small_cnn", 5, 16, 0), Initialization::kHe, 1);
  for (const auto& [name, rate] : RatesOf(model, Trainable::kAll, {})) EXPECT_EQ(rate, 1) << name;
  EXPECT_EQ(RatesOf(model, Trainable::kHead, {}).size(), 2u);
}

}  // namespace
}  // namespace train
