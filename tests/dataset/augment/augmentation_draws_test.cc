#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/augment/augmentation.h"
#include "dataset/io/file.h"
#include "tests/dataset/augment/augmentation_fixture.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::PlanOf;
using testing::SameSize;
using testing::TrainOptions;

// The draws were made by an independent Python program, from proto/FORMAT.md, section 7, and torchvision's get_params.
TEST(Augmentation, DrawsAreThoseOfTheFormat) {
  const struct {
    int width, height;
    uint32_t id;
    Rect crop;
    bool flip;
    double factor[3];
    size_t order[3];
  } cases[] = {
      {500, 375, 0, {78, 38, 375, 313}, false, {1.0859645879733357, 0.8413221668754283, 0.9862093743178013}, {0, 1, 2}},
      {500, 375, 1, {150, 26, 285, 343}, true, {0.9980906337023021, 0.9395856308934256, 0.9856756453799009}, {2, 0, 1}},
      {500, 375, 2, {18, 39, 330, 322}, false, {1.1704245954013972, 1.1880415370885087, 0.8157701612765069}, {0, 2, 1}},
      {500, 375, 3, {258, 72, 227, 291}, true, {0.8938382445325425, 0.8210492658717443, 0.8344789423813148}, {2, 0, 1}},
      {500, 375, 5, {76, 5, 418, 326}, false, {1.0835460277400206, 1.1035547127871603, 0.8791061526361363}, {1, 0, 2}},
      {375, 500, 1, {18, 19, 341, 380}, false, {0.8526948535455424, 0.9311476294950644, 0.8033737435843104}, {0, 2, 1}},
  };
  constexpr PixelOpKind kKinds[] = {PixelOpKind::kBrightness, PixelOpKind::kContrast, PixelOpKind::kSaturation};
  for (const auto& c : cases) {
    const AugmentationPlan plan = PlanOf(TrainOptions(), c.width, c.height, c.id);
    EXPECT_EQ(plan.crop, c.crop) << c.id;
    EXPECT_EQ(plan.flip_left_right, c.flip) << c.id;
    ASSERT_EQ(plan.ops.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(plan.ops[i].kind, kKinds[c.order[i]]) << c.id;
      EXPECT_NEAR(plan.ops[i].value[0], c.factor[c.order[i]], 1e-12) << c.id;
    }
  }
}

AugmentationOptions EveryAugmentation() {
  AugmentationOptions options;
  options.random_resized_crop = true;
  options.flip_left_right = 0.5;
  options.flip_up_down = 0.3;
  options.jitter_probability = 0.8;
  options.brightness = options.contrast = options.saturation = 0.4;
  options.hue = 0.1;
  options.warp_probability = 0.9;
  options.rotation = 30;
  options.height_shift = 0.1;
  options.width_shift = 0.2;
  options.shear = 10;
  options.zoom_min = 0.8;
  options.zoom_max = 1.2;
  options.rand_augment_probability = 0.7;
  options.rand_augment_ops = 3;
  options.channel_shift_probability = 0.5;
  options.channel_shift = 20;
  options.lighting = 0.1;
  options.grey = 0.2;
  options.blur = 0.5;
  options.erasing = 0.5;
  options.erased_as = ErasedAs::kNoise;
  return options;
}

// Compares with FILE of goldens/augmentation.
void ExpectDraws(const AugmentationOptions& options, const char* file) {
  std::istringstream lines(ReadFile(testing::SourceDir() / "tests/dataset/goldens/augmentation" / file));
  uint32_t id = 0;
  for (std::string line; std::getline(lines, line); ++id) {
    std::istringstream fields(line);
    const auto next = [&fields] {
      double value = 0;
      fields >> value;
      return value;
    };
    ASSERT_EQ(next(), id);
    const AugmentationPlan plan = PlanOf(options, 500, 375, id);
    for (const int side : {plan.crop.x, plan.crop.y, plan.crop.width, plan.crop.height}) EXPECT_EQ(side, next()) << id;
    EXPECT_EQ(plan.flip_left_right, next() != 0) << id;
    EXPECT_EQ(plan.flip_up_down, next() != 0) << id;
    EXPECT_EQ(plan.warped, next() != 0) << id;
    const Affine flips{plan.flip_left_right ? -1.0 : 1,  0,
                       plan.flip_left_right ? 224.0 : 0, 0,
                       plan.flip_up_down ? -1.0 : 1,     plan.flip_up_down ? 224.0 : 0};
    const Affine warp = plan.warped ? plan.warp : flips;
    for (const double entry : {warp.xx, warp.xy, warp.dx, warp.yx, warp.yy, warp.dy}) {
      EXPECT_NEAR(entry, next(), 1e-5) << id;  // torchvision's magnitudes are floats
    }
    for (const int side : {plan.erased.x, plan.erased.y, plan.erased.width, plan.erased.height}) {
      EXPECT_EQ(side, next()) << id;
    }
    for (const uint32_t word : plan.noise) EXPECT_EQ(word, next()) << id;
    ASSERT_EQ(static_cast<double>(plan.ops.size()), next()) << id;
    for (const PixelOp& op : plan.ops) {
      EXPECT_EQ(static_cast<int>(op.kind), next()) << id;
      for (const double value : op.value) EXPECT_NEAR(value, next(), 1e-5) << id;
    }
    EXPECT_TRUE(fields) << id;
  }
  EXPECT_GE(id, 20u);
}

// Compares with goldens/make_augmentation.py, a second implementation.
TEST(Augmentation, DrawsOfEveryAugmentationAreThoseOfTheFormat) {
  AugmentationOptions options = EveryAugmentation();
  ExpectDraws(options, "draws.txt");
  options.trivial_augment = 0.8;
  ExpectDraws(options, "trivial_draws.txt");
}

TEST(Augmentation, OneThatIsOffDrawsNothing) {
  AugmentationOptions only_flip;
  only_flip.flip_left_right = 0.5;
  Rng rng(7, Domain::kAugment, 3, 0), same(7, Domain::kAugment, 3, 0);
  const AugmentationPlan plan = Augmentation(only_flip).Plan(500, 375, rng);
  EXPECT_EQ(plan.flip_left_right, same.Word() >> 31 != 0);
  EXPECT_EQ(rng.Word(), same.Word());
  EXPECT_EQ(plan.ops.size(), 0u);
  EXPECT_FALSE(plan.warped);
}

TEST(Augmentation, CropsKeepTheirRanges) {
  const AugmentationOptions options = TrainOptions();
  int flips = 0;
  double area = 0;
  constexpr int kDraws = 4000;
  for (int i = 0; i < kDraws; ++i) {
    const AugmentationPlan plan = PlanOf(options, 640, 480, static_cast<uint32_t>(i));
    ASSERT_GE(plan.crop.x, 0);
    ASSERT_GE(plan.crop.y, 0);
    ASSERT_LE(plan.crop.x + plan.crop.width, 640);
    ASSERT_LE(plan.crop.y + plan.crop.height, 480);
    const double share = plan.crop.width * plan.crop.height / (640.0 * 480.0);
    ASSERT_GE(share, 0.34);
    const double ratio = static_cast<double>(plan.crop.width) / plan.crop.height;
    ASSERT_GE(ratio, 0.745);
    ASSERT_LE(ratio, 1.34);
    area += share;
    flips += plan.flip_left_right;
    for (const PixelOp& op : plan.ops) {
      ASSERT_GE(op.value[0], 0.8);
      ASSERT_LT(op.value[0], 1.2);
    }
  }
  EXPECT_NEAR(flips, kDraws / 2, 4 * std::sqrt(kDraws / 4.0));
  EXPECT_GT(area / kDraws, 0.5);
}

TEST(Augmentation, ColourDrawsKeepTheirRangesAndChances) {
  constexpr int kDraws = 4000;
  AugmentationOptions options = SameSize(20);
  options.jitter_probability = 0.8;
  options.hue = 0.1;
  options.channel_shift = 25;
  options.lighting_probability = 0.5;
  options.lighting = 0.1;
  options.grey = 0.2;
  options.blur = 0.4;
  options.erasing = 0.3;
  const struct {
    PixelOpKind kind;
    double probability, low, high;
  } expected[] = {{PixelOpKind::kHue, 0.8, -0.1, 0.1},
                  {PixelOpKind::kShift, 1, -25, 25},
                  {PixelOpKind::kLighting, 0.5, -100, 100},
                  {PixelOpKind::kGrey, 0.2, 0, 0},
                  {PixelOpKind::kBlur, 0.4, 0.1, 2}};
  std::map<PixelOpKind, std::vector<double>> values;
  int erased = 0;
  for (uint32_t id = 0; id < kDraws; ++id) {
    const AugmentationPlan plan = PlanOf(options, 20, 20, id);
    for (const PixelOp& op : plan.ops) values[op.kind].push_back(op.value[0]);
    erased += plan.erased != Rect{};
  }
  const auto expect_count = [&](double count, double p) {
    EXPECT_NEAR(count, kDraws * p, 4 * std::sqrt(kDraws * p * (1 - p)));
  };
  for (const auto& e : expected) {
    const std::vector<double>& drawn = values[e.kind];
    expect_count(static_cast<double>(drawn.size()), e.probability);
    const auto [low, high] = std::minmax_element(drawn.begin(), drawn.end());
    EXPECT_TRUE(*low >= e.low && *high <= e.high) << *low << " " << *high;
    if (e.kind != PixelOpKind::kLighting) {
      EXPECT_NEAR(*low, e.low, 0.01 * (e.high - e.low));
      EXPECT_NEAR(*high, e.high, 0.01 * (e.high - e.low));
    }
  }
  expect_count(erased, 0.3);
  // The variance of red's shift is the sum of the squares of 255 * 0.1 * eigenvalue * its component of the eigenvector.
  double squares = 0;
  for (const double red : values[PixelOpKind::kLighting]) squares += red * red;
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(values[PixelOpKind::kLighting].size())), 3.166, 0.2);
}

}  // namespace
}  // namespace dataset
