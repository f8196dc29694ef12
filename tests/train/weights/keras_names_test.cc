#include "train/weights/keras_names.h"

#include <gtest/gtest.h>

namespace train {
namespace {

using Names = std::vector<std::string>;

TEST(KerasNamesTest, EveryFormBecomesLayerAndRole) {
  const struct {
    const char* group;
    const char* weight;
    const char* name;
  } kCases[] = {
      // Keras 2
      {"bn_Conv1", "bn_Conv1/moving_mean:0", "bn_Conv1/moving_mean"},
      {"block_1_expand", "block_1_expand/kernel:0", "block_1_expand/kernel"},
      {"conv1/conv", "conv1/conv/kernel:0", "conv1/conv/kernel"},
      {"densenet121", "conv1/conv/kernel:0", "conv1/conv/kernel"},
      {"conv1", "conv1_1/kernel:0", "conv1/kernel"},
      {"conv1", "conv1_12/kernel:0", "conv1/kernel"},
      {"conv1", "model_1/conv1/kernel:0", "conv1/kernel"},
      {"conv1", "model_1/conv1_2/kernel:0", "conv1/kernel"},
      {"sep_1", "cell/block_1/sep_1/depthwise_kernel:0", "sep_1/depthwise_kernel"},
      {"stem", "stem_conv/kernel:0", "stem_conv/kernel"},
      {"stem", "stem/stem_conv/kernel:0", "stem_conv/kernel"},
      {"conv", "conv/kernel", "conv/kernel"},
      {"conv", "kernel:0", "conv/kernel"},
      // Keras 3
      {"stem", "stem/stem_conv/kernel", "stem_conv/kernel"},
      {"outer", "outer/inner/conv/kernel", "conv/kernel"},
      {"sep_1", "cell/block_1/sep_1/depthwise_kernel", "sep_1/depthwise_kernel"},
      // Keras 1
      {"block1_conv1", "block1_conv1_W_1:0", "block1_conv1/kernel"},
      {"block1_conv1", "block1_conv1_b_1:0", "block1_conv1/bias"},
      {"block1_conv1", "block1_conv1_W:0", "block1_conv1/kernel"},
      {"block1_conv1", "block1_conv1_W", "block1_conv1/kernel"},
      {"bn2a", "bn2a_gamma:0", "bn2a/gamma"},
      {"bn2a", "bn2a_running_mean:0", "bn2a/moving_mean"},
      {"bn2a", "bn2a_running_std:0", "bn2a/moving_variance"},
      {"sep", "sep_pointwise_kernel_3:0", "sep/pointwise_kernel"},
      {"lstm", "lstm_W_i:0", "lstm/W_i"},
      // Names of no known form
      {"", "", "/"},
      {"a", ":0", "a/"},
      {"a", "/:0", "/"},
      {"a", "a/", "a/"},
      {"a", "_1/b:0", "_1/b"},
      {"a", "a:99999999999999999999", "a/a:99999999999999999999"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(KerasTensorNames({{test.group, test.weight}}), Names{test.name}) << test.group << " " << test.weight;
  }
}

// A layer has one path. A nested model has several paths, which may differ only in a number.
TEST(KerasNamesTest, LayersWithinAModelKeepTheirNumbers) {
  EXPECT_EQ(KerasTensorNames({{"up", "up_1/kernel:0"}, {"up", "up_1/bias:0"}, {"down", "down_3/bias:0"}}),
            (Names{"up/kernel", "up/bias", "down/bias"}));
  EXPECT_EQ(KerasTensorNames({{"up", "up_1/kernel:0"}, {"up", "up_2/kernel:0"}}),
            (Names{"up_1/kernel", "up_2/kernel"}));
}

TEST(KerasNamesTest, AutomaticNamesAreNumberedAnew) {
  const struct {
    std::vector<const char*> layers;
    std::vector<const char*> renamed;
  } kCases[] = {
      {{"conv2d", "conv2d_1", "conv2d_2"}, {"conv2d", "conv2d_1", "conv2d_2"}},
      {{"conv2d_1", "conv2d_2", "conv2d_3"}, {"conv2d", "conv2d_1", "conv2d_2"}},
      // Ordered by number, not by place or letter
      {{"conv2d_100", "conv2d_99", "conv2d_9"}, {"conv2d_2", "conv2d_1", "conv2d"}},
      {{"conv2d_95", "batch_normalization_7", "conv2d_97"}, {"conv2d", "batch_normalization", "conv2d_1"}},
      {{"separable_conv2d_3", "depthwise_conv2d_8", "dense_2"}, {"separable_conv2d", "depthwise_conv2d", "dense"}},
      {{"conv2d_transpose_4", "conv2d_4"}, {"conv2d_transpose", "conv2d"}},
      {{"convolution2d_1", "convolution2d_2", "batchnormalization_1"}, {"conv2d", "conv2d_1", "batch_normalization"}},
      {{"separableconvolution2d_5"}, {"separable_conv2d"}},
      // No automatic names
      {{"conv2d_0", "conv2d_01", "conv2d_"}, {"conv2d_0", "conv2d_01", "conv2d_"}},
      {{"conv_7b", "block_1", "Conv2d_1", "my_conv2d_1"}, {"conv_7b", "block_1", "Conv2d_1", "my_conv2d_1"}},
      {{"conv2d_1_bn", "conv2d_12345678901"}, {"conv2d_1_bn", "conv2d_12345678901"}},
  };
  for (const auto& test : kCases) {
    std::vector<std::string> weights;
    for (const char* layer : test.layers) weights.push_back(std::string(layer) + "/kernel");
    std::vector<KerasWeight> named;
    for (size_t i = 0; i < weights.size(); ++i) named.push_back({test.layers[i], weights[i]});
    Names expected;
    for (const char* layer : test.renamed) expected.push_back(std::string(layer) + "/kernel");
    EXPECT_EQ(KerasTensorNames(named), expected) << test.layers[0];
  }
}

TEST(KerasNamesTest, LayersOfAModelWithinCountToo) {
  EXPECT_EQ(KerasTensorNames({{"conv2d_4", "conv2d_4/kernel"},
                              {"conv2d_4", "conv2d_4/bias"},
                              {"outer_1", "outer_1/conv2d_6/kernel"},
                              {"outer_1", "outer_1/inner/conv2d_5/kernel"}}),
            (Names{"conv2d/kernel", "conv2d/bias", "conv2d_2/kernel", "conv2d_1/kernel"}));
}

}  // namespace
}  // namespace train
