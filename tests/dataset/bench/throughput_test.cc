#include "dataset/bench/throughput.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

using Phase = ThroughputMeter::Phase;

TEST(Throughput, AWarmUpThenWindowsThatEndWithBatches) {
  ThroughputMeter meter(1, 2, 2);
  EXPECT_EQ(meter.Add(0.5, 8), Phase::kWarmUp);      // the first batch
  EXPECT_EQ(meter.Add(1.25, 8), Phase::kWarmUp);     // 0.75 s later
  EXPECT_EQ(meter.Add(1.75, 8), Phase::kMeasuring);  // 1.25 s later: measured from here
  EXPECT_EQ(meter.Add(2.25, 8), Phase::kMeasuring);
  EXPECT_EQ(meter.Add(3.0, 4), Phase::kMeasuring);  // ends the first window, after 1.25 s
  EXPECT_EQ(meter.Add(3.5, 8), Phase::kMeasuring);
  EXPECT_EQ(meter.Add(4.0, 8), Phase::kDone);  // and the second, after 1 s
  const Throughput& result = meter.result();
  EXPECT_DOUBLE_EQ(result.first_batch, 0.5);
  EXPECT_DOUBLE_EQ(result.warm_up, 1.25);
  EXPECT_DOUBLE_EQ(result.seconds, 2.25);
  EXPECT_EQ(result.images, 28u);
  EXPECT_EQ(result.batches, 4u);
  EXPECT_DOUBLE_EQ(result.overall(), 28 / 2.25);
  ASSERT_EQ(result.windows.size(), 2u);
  EXPECT_DOUBLE_EQ(result.windows[0], 12 / 1.25);
  EXPECT_DOUBLE_EQ(result.windows[1], 16 / 1.0);
  EXPECT_DOUBLE_EQ(result.median(), (12 / 1.25 + 16) / 2);
}

TEST(Throughput, WithoutAWarmUpTheFirstBatchBegins) {
  ThroughputMeter meter(0, 1, 1);
  EXPECT_EQ(meter.Add(3, 100), Phase::kMeasuring);
  EXPECT_EQ(meter.Add(4, 50), Phase::kDone);
  EXPECT_DOUBLE_EQ(meter.result().overall(), 50);
  EXPECT_DOUBLE_EQ(meter.result().median(), 50);
}

TEST(Throughput, BatchesLongerThanAWindowAreWindows) {
  ThroughputMeter meter(0, 8, 8);
  meter.Add(0, 64);
  EXPECT_EQ(meter.Add(5, 64), Phase::kMeasuring);
  EXPECT_EQ(meter.Add(9, 64), Phase::kDone);
  EXPECT_EQ(meter.result().windows, (std::vector<double>{64 / 5.0, 64 / 4.0}));
  EXPECT_DOUBLE_EQ(meter.result().seconds, 9);
}

TEST(Throughput, AWindowIsLeftOpenByNoRounding) {
  // 7 windows of 0.1 / 7 s do not add up to 0.1 s in binary.
  ThroughputMeter meter(0, 0.1, 7);
  meter.Add(0, 1);
  int batches = 0;
  while (meter.phase() != Phase::kDone) meter.Add(0.1 / 14 * ++batches, 1);
  EXPECT_EQ(meter.result().windows.size(), 7u);
}

TEST(Throughput, TheMedianOfOddManyIsTheMiddleOne) {
  Throughput throughput;
  throughput.windows = {5, 100, 1};
  EXPECT_DOUBLE_EQ(throughput.median(), 5);
}

}  // namespace
}  // namespace dataset
