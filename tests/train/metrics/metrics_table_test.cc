#include "train/metrics/metrics_table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/train/metrics/metrics_events.h"

namespace train {
namespace {

using testing::HistoryOf;

TEST(MetricsTableTest, IsARowAnEpoch) {
  MetricsHistory history = HistoryOf(2, 5);
  history.Add({{"event", "epoch"}, {"phase", "finetune"}, {"epoch", 3u}, {"step", 15u}, {"loss", 0.5}});
  const std::string table = FormatMetricsTable(history);
  EXPECT_TRUE(table.starts_with(kMetricsTableBegin));
  std::istringstream lines(table);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line,
            "epoch,phase,step,best,loss,accuracy,val_loss,val_accuracy,val_precision,val_recall,val_f1,learning_rate,"
            "images_per_second,data_wait,"
            "seconds");
  std::getline(lines, line);
  EXPECT_EQ(line, "1,head,5,1,1.5,0.5,1.7,0.4,,,,0.0005555555555555556,150.5,0.01,10.25");
  std::getline(lines, line);
  std::getline(lines, line);
  EXPECT_EQ(line, "3,finetune,15,0,0.5,,,,,,,,,,") << "what an older file lacks";
  EXPECT_FALSE(std::getline(lines, line));
}

}  // namespace
}  // namespace train
