#include "train/metrics/training_curves.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

#include "tests/train/metrics/metrics_events.h"

namespace train {
namespace {

using testing::HistoryOf;

TEST(TrainingCurvesTest, DrawsBothPhasesAndAllLines) {
  const std::string svg = FormatTrainingCurves(HistoryOf(4, 30));
  EXPECT_TRUE(svg.starts_with(kCurvesBegin));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  for (const char* part :
       {">head</text>", ">finetune</text>", ">loss</text>", ">accuracy</text>", ">epoch</text>",
        ">learning rate</text>", ">train</text>", ">val</text>", ">best: epoch 4</text>", "fill=\"white\""}) {
    EXPECT_NE(svg.find(part), std::string::npos) << part;
  }
  size_t lines = 0;
  for (size_t at = 0; (at = svg.find("<polyline", at)) != std::string::npos; ++at) ++lines;
  EXPECT_EQ(lines, 6u);
  EXPECT_EQ(svg.find("script"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

// Every element is closed, and no coordinate lies outside.
TEST(TrainingCurvesTest, IsSoundForAnyHistory) {
  MetricsHistory odd;
  odd.Add({{"event", "epoch"}, {"epoch", 1u}, {"loss", 1e300}, {"val_loss", nullptr}, {"val_accuracy", 0}});
  odd.Add({{"event", "epoch"}, {"epoch", 2u}, {"loss", -1e300}, {"val_loss", 1e308}, {"val_accuracy", 7}});
  MetricsHistory zero;
  zero.Add({{"event", "step"}, {"loss", 0}, {"learning_rate", 0}});
  zero.Add({{"event", "epoch"}, {"loss", 0}, {"val_loss", 0}, {"accuracy", 0}, {"val_accuracy", 0}, {"best", true}});
  for (const MetricsHistory& history : {MetricsHistory(), HistoryOf(1, 1), HistoryOf(200, 3), odd, zero}) {
    const std::string svg = FormatTrainingCurves(history);
    std::vector<std::string> open;
    const std::regex tag("<(/?)([a-z]+)[^>]*?(/?)>");
    for (std::sregex_iterator match(svg.begin(), svg.end(), tag), end; match != end; ++match) {
      if ((*match)[1].length() > 0) {
        ASSERT_FALSE(open.empty());
        EXPECT_EQ(open.back(), (*match)[2].str());
        open.pop_back();
      } else if ((*match)[3].length() == 0) {
        open.push_back((*match)[2].str());
      }
    }
    EXPECT_TRUE(open.empty());
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf\""), std::string::npos);
  }
}

TEST(TrainingCurvesTest, ALongRunHasASmallPicture) {
  EXPECT_LT(FormatTrainingCurves(HistoryOf(1000, 50)).size(), 200'000u);
}

}  // namespace
}  // namespace train
