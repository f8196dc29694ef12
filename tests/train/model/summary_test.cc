#include "train/model/summary.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "tests/train/models.h"

namespace train {
namespace {

const SummaryRow& Row(const Summary& summary, const std::string& name) {
  for (const SummaryRow& row : summary.rows) {
    if (row.name == name) return row;
  }
  throw std::runtime_error("no row " + name);
}

TEST(SummaryTest, RowsAreTheListThenTheHead) {
  const Summary summary = Summarize(testing::DefaultModel("mobilenet_v2", 10, 224, 0.2), "all");
  ASSERT_EQ(summary.rows.size(), 154u + 4);
  EXPECT_EQ(summary.rows[0].name, "input_layer");
  EXPECT_EQ(summary.rows[0].shape, (Shape{3, 224, 224}));
  EXPECT_EQ(summary.rows[153].name, "out_relu");
  EXPECT_EQ(summary.rows[153].group, "top");
  EXPECT_EQ(summary.rows[153].shape, (Shape{1280, 7, 7}));
  EXPECT_EQ(summary.rows[154].name, "head_pool");
  EXPECT_EQ(summary.rows[155].name, "head_flatten");
  EXPECT_EQ(summary.rows[156].name, "head_dropout_1");
  EXPECT_EQ(summary.rows[157].name, "predictions");
  EXPECT_EQ(summary.rows[157].group, "head");
  EXPECT_EQ(summary.rows[157].parameters, 1280u * 10 + 10);
  EXPECT_EQ(summary.rows[157].shape, (Shape{10, 0, 0}));
  for (size_t i = 0; i < summary.rows.size(); ++i) EXPECT_EQ(summary.rows[i].number, static_cast<int>(i));
  EXPECT_EQ(Row(summary, "Conv1").parameters, 864u);
  EXPECT_EQ(Row(summary, "bn_Conv1").parameters, 64u);
  EXPECT_EQ(Row(summary, "bn_Conv1").statistics, 64u);
}

TEST(SummaryTest, TotalsAddUp) {
  // torchvision's mobilenet_v2 without its classifier has 2,223,872 parameters and 34,112 statistics.
  const Summary all = Summarize(testing::DefaultModel("mobilenet_v2", 1000, 224, 0.2), "all");
  EXPECT_EQ(all.trainable, 3504872u);
  EXPECT_EQ(all.frozen, 0u);
  EXPECT_EQ(all.head, 1281000u);
  EXPECT_EQ(all.statistics, 34112u);
  const Summary none = Summarize(testing::DefaultModel("mobilenet_v2", 1000, 224, 0.2), "last:0");
  EXPECT_EQ(none.trainable, none.head);
  EXPECT_EQ(none.frozen, 2223872u);
  for (const char* choice : {"skip:100", "last:17", "from:block_14", "from:out_relu"}) {
    const Summary some = Summarize(testing::DefaultModel("mobilenet_v2", 1000, 224, 0.2), choice);
    EXPECT_EQ(some.trainable + some.frozen, all.trainable) << choice;
    uint64_t trainable = 0;
    for (const SummaryRow& row : some.rows) trainable += row.trainable ? row.parameters : 0;
    EXPECT_EQ(trainable, some.trainable) << choice;
  }
}

TEST(SummaryTest, FrozenRowsAreThoseBeforeTheChoice) {
  const Summary summary = Summarize(testing::DefaultModel("inception_v3", 2, 299, 0.5), "skip:172");
  for (const SummaryRow& row : summary.rows) EXPECT_EQ(row.trainable, row.number >= 172) << row.name;
}

// The head is VGG16's published one; both phases train all of its layers.
TEST(SummaryTest, HiddenLayersOfAHead) {
  const Summary summary = Summarize(testing::PublishedModel("vgg16", "torchvision", 1000, 224), "last:0");
  EXPECT_EQ(Row(summary, "fc1").parameters, 25088u * 4096 + 4096);
  EXPECT_EQ(Row(summary, "fc1").shape, (Shape{4096, 0, 0}));
  EXPECT_EQ(summary.head, 138357544u - 14714688u);
  EXPECT_EQ(summary.trainable, summary.head);
}

TEST(SummaryTest, EveryBackbone) {
  for (const BackboneInfo& info : Backbones()) {
    const Architecture architecture =
        testing::DefaultModel(std::string(info.name), 3, info.variants.front().image_size, 0.5);
    const Summary summary = Summarize(architecture, "all");
    EXPECT_EQ(summary.rows.back().shape, (Shape{3, 0, 0})) << info.name;
    EXPECT_EQ(summary.frozen, 0u) << info.name;
  }
}

TEST(SummaryTest, WrongNamesAndSizesAreUsageErrors) {
  EXPECT_THROW(Summarize(testing::DefaultModel("vgg16", 3, 224, 0), "from:nothing"), dataset::Error);
  EXPECT_THROW(Summarize(testing::DefaultModel("vgg16", 3, 31, 0), "all"), dataset::Error);
}

}  // namespace
}  // namespace train
