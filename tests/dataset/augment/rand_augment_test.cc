#include "dataset/augment/rand_augment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "dataset/augment/augment_op.h"
#include "dataset/augment/warp.h"
#include "tests/dataset/augment/augment_op_golden.h"
#include "tests/dataset/augment/augmentation_golden.h"
#include "tests/dataset/image/image_compare.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::DrawnOps;
using testing::Golden;
using testing::GoldenOps;
using testing::MagnitudeOf;
using testing::OpRow;

constexpr uint32_t kOps = kAugmentOps;

Rng RngOf(uint32_t id) { return {7, Domain::kAugment, 0, id}; }

DrawnOps Draw(int count, int magnitude, int size, Rng rng) {
  DrawnOps drawn;
  drawn.map = DrawRandAugment(count, magnitude, size, rng, &drawn.ops);
  return drawn;
}

// Returns a generator that draws op number `op` and, if the op has a sign, the sign `negative`.
Rng RngFor(uint32_t op, bool negative) {
  for (uint32_t id = 0;; ++id) {
    Rng rng = RngOf(id);
    if (rng.Below(kOps) == op && rng.Below(2) == static_cast<uint32_t>(negative)) return RngOf(id);
  }
}

TEST(RandAugmentTest, MagnitudesAreTorchvisions) {
  const std::map<std::string, PixelOpKind> kinds = {
      {"Brightness", PixelOpKind::kBrightness},     {"Color", PixelOpKind::kSaturation},
      {"Contrast", PixelOpKind::kContrast},         {"Sharpness", PixelOpKind::kSharpness},
      {"Posterize", PixelOpKind::kPosterize},       {"Solarize", PixelOpKind::kSolarize},
      {"AutoContrast", PixelOpKind::kAutoContrast}, {"Equalize", PixelOpKind::kEqualize}};
  const std::vector<OpRow> rows = GoldenOps("rand_augment");
  ASSERT_EQ(rows.size(), kOps);
  for (uint32_t op = 0; op < kOps; ++op) {
    const OpRow& row = rows[op];
    ASSERT_EQ(row.magnitudes.size(), static_cast<size_t>(kMagnitudes));
    for (int magnitude = 0; magnitude < kMagnitudes; ++magnitude) {
      for (const bool negative : {false, true}) {
        const DrawnOps drawn = Draw(1, magnitude, 224, RngFor(op, negative));
        EXPECT_NEAR(MagnitudeOf(row, drawn), MagnitudeOf(row, magnitude, negative), 2e-5)
            << row.name << " " << magnitude;
        const auto kind = kinds.find(row.name);
        ASSERT_EQ(drawn.ops.size(), kind == kinds.end() ? 0u : 1u) << row.name;
        if (kind == kinds.end()) continue;
        EXPECT_EQ(drawn.ops[0].kind, kind->second);
        EXPECT_EQ(drawn.map, Affine());
      }
    }
  }
}

// Compares with torchvision's op on a tensor, bilinear, at magnitude 20 and with a negative sign.
TEST(RandAugmentTest, GeometryIsTorchvisions) {
  const Image picture = Golden("picture");
  const std::vector<OpRow> rows = GoldenOps("rand_augment");
  for (uint32_t op = 1; op <= 5; ++op) {
    const DrawnOps drawn = Draw(1, 20, 40, RngFor(op, true));
    Image out(40, 40, 3);
    WarpImage(picture, drawn.map, {FillMode::kConstant, {}}, 40, 40, out.data());
    EXPECT_LE(Compare(out, Golden("rand_augment_" + rows[op].name)).max, 1) << rows[op].name;
  }
}

TEST(RandAugmentTest, OpsFollowOneAnother) {
  Rng rng = RngOf(3);
  DrawnOps together = Draw(8, 9, 100, RngOf(3)), one_by_one;
  for (int i = 0; i < 8; ++i) {
    one_by_one.map = Compose(one_by_one.map, DrawRandAugment(1, 9, 100, rng, &one_by_one.ops));
  }
  EXPECT_EQ(together.map, one_by_one.map);
  ASSERT_EQ(together.ops.size(), one_by_one.ops.size());
  for (size_t i = 0; i < together.ops.size(); ++i) EXPECT_EQ(together.ops[i].kind, one_by_one.ops[i].kind);
}

TEST(RandAugmentTest, OfNoneIsNothing) {
  const DrawnOps drawn = Draw(0, 30, 100, RngOf(1));
  EXPECT_EQ(drawn.map, Affine());
  EXPECT_EQ(drawn.ops.size(), 0u);
}

TEST(RandAugmentTest, EveryOpAndSignIsAsLikely) {
  constexpr int kDraws = 14000;
  std::map<std::string, int> counts;
  for (uint32_t id = 0; id < kDraws; ++id) {
    const DrawnOps drawn = Draw(1, 10, 100, RngOf(id));
    std::string name = "none";
    const Affine& map = drawn.map;
    if (drawn.ops.size() > 0) {
      const double value = drawn.ops[0].value[0];
      name = std::to_string(static_cast<int>(drawn.ops[0].kind)) + (value > 0 && value < 1 ? "-" : "+");
    } else if (map != Affine()) {
      const double first = map.xx != 1 ? map.yx + 10 : map.xy != 0 ? map.xy : map.yx != 0 ? map.yx + 20 : map.dx;
      name = std::to_string(first) + " " + std::to_string(map.dy);
    }
    ++counts[name];
  }
  // Nine ops have two signs, five have none.
  EXPECT_EQ(counts.size(), 23u);
  int with_sign = 0;
  for (const auto& [name, count] : counts) {
    if (count < 750) {
      ++with_sign;
      EXPECT_NEAR(count, 500, 4 * std::sqrt(500)) << name;
    } else {
      EXPECT_NEAR(count, 1000, 4 * std::sqrt(1000)) << name;
    }
  }
  EXPECT_EQ(with_sign, 18);
}

}  // namespace
}  // namespace dataset
