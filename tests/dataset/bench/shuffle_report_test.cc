#include "dataset/bench/shuffle_report.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "dataset/base/random.h"

namespace dataset {
namespace {

// All numbers come from goldens/shuffle_report.py, which goes through every order.
TEST(ShuffleReport, SmallCasesAreExact) {
  const struct {
    std::vector<uint32_t> labels;
    std::vector<SampleId> order;
    int batch_size;
    ShuffleMeasure classes, displacement, neighbours;
  } cases[] = {
      {{0, 0, 0, 1, 1, 2}, {3, 0, 5, 1, 4, 2}, 3, {5. / 2, 9. / 4}, {1. / 3, 35. / 108}, {1. / 2, 7. / 18}},
      {{0, 0, 0, 1, 1, 2}, {0, 1, 2, 3, 4, 5}, 3, {3. / 2, 9. / 4}, {0, 35. / 108}, {1. / 6, 7. / 18}},
      {{0, 0, 1, 1, 2, 2, 0}, {6, 2, 4, 0, 1, 5, 3}, 3, {2, 197. / 105}, {18. / 49, 16. / 49}, {1. / 2, 8. / 21}},
      {{0, 1, 0, 1, 3}, {4, 1, 2}, 2, {3. / 2, 3. / 2}, {19. / 45, 41. / 135}, {1. / 2, 4. / 9}},
      {{0, 0}, {1}, 4, {1, 1}, {1. / 4, 1. / 4}, {0, 0}},
  };
  for (const auto& c : cases) {
    const ShuffleReport report = ReportShuffle(c.order, c.labels, c.batch_size);
    EXPECT_NEAR(report.classes.found, c.classes.found, 1e-14);
    EXPECT_NEAR(report.classes.uniform, c.classes.uniform, 1e-14);
    EXPECT_NEAR(report.displacement.found, c.displacement.found, 1e-14);
    EXPECT_NEAR(report.displacement.uniform, c.displacement.uniform, 1e-14);
    EXPECT_NEAR(report.neighbours.found, c.neighbours.found, 1e-14);
    EXPECT_NEAR(report.neighbours.uniform, c.neighbours.uniform, 1e-14);
  }
}

TEST(ShuffleReport, ExpectedClassesAreHypergeometric) {
  const std::vector<uint64_t> twenty(20, 1000);
  EXPECT_NEAR(ExpectedClasses(twenty, 256), 19.99996363864696, 1e-9);
  EXPECT_NEAR(ExpectedClasses(std::vector<uint64_t>{1, 999}, 10), 1.01, 1e-12);
  EXPECT_NEAR(ExpectedClasses(std::vector<uint64_t>{300, 700}, 500), 2, 1e-12);
  EXPECT_EQ(ExpectedClasses(std::vector<uint64_t>{3, 5, 0, 2}, 10), 3);
  EXPECT_EQ(ExpectedClasses(std::vector<uint64_t>{3, 5, 0, 2}, 0), 0);
}

TEST(ShuffleReport, TellsAShuffledOrderFromASortedOne) {
  constexpr uint32_t kSamples = 20000, kClasses = 20;
  std::vector<uint32_t> labels(kSamples);
  for (uint32_t i = 0; i < kSamples; ++i) labels[i] = i / (kSamples / kClasses);
  std::vector<SampleId> order(kSamples);
  std::iota(order.begin(), order.end(), 0);
  const ShuffleReport sorted = ReportShuffle(order, labels, 250);
  EXPECT_DOUBLE_EQ(sorted.classes.found, 1);
  EXPECT_DOUBLE_EQ(sorted.displacement.found, 0);
  EXPECT_DOUBLE_EQ(sorted.neighbours.found, 1.0 / kSamples);

  Rng rng(1, Domain::kOrder, 0, 0);
  Shuffle(std::span(order), rng);
  const ShuffleReport shuffled = ReportShuffle(order, labels, 250);
  for (const ShuffleMeasure measure : {shuffled.classes, shuffled.displacement, shuffled.neighbours}) {
    EXPECT_NEAR(measure.found / measure.uniform, 1, 0.02);
  }
}

}  // namespace
}  // namespace dataset
