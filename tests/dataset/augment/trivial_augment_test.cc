#include "dataset/augment/trivial_augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
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

Rng RngOf(uint32_t id) { return {7, Domain::kAugment, 0, id}; }

DrawnOps Draw(int size, Rng rng) {
  DrawnOps drawn;
  drawn.map = DrawTrivialAugment(size, rng, &drawn.ops);
  return drawn;
}

struct Choice {
  AugmentOp op;
  int magnitude;
  bool negative;
};

// The draws of proto/FORMAT.md, section 7.
Choice ChoiceOf(Rng rng, const std::vector<OpRow>& rows) {
  Choice choice{static_cast<AugmentOp>(rng.Below(14)), 0, false};
  const OpRow& row = rows[static_cast<size_t>(choice.op)];
  const bool has_magnitude = row.name != "Identity" && row.name != "AutoContrast" && row.name != "Equalize";
  if (has_magnitude) choice.magnitude = static_cast<int>(rng.Below(31));
  choice.negative = row.has_sign && rng.Below(2) == 1;
  return choice;
}

// Returns a generator that draws this.
Rng RngFor(size_t op, int magnitude, bool negative, const std::vector<OpRow>& rows) {
  for (uint32_t id = 0;; ++id) {
    const Choice choice = ChoiceOf(RngOf(id), rows);
    if (static_cast<size_t>(choice.op) == op && choice.magnitude == magnitude && choice.negative == negative) {
      return RngOf(id);
    }
  }
}

TEST(TrivialAugmentTest, MagnitudesAreTorchvisions) {
  const std::vector<OpRow> rows = GoldenOps("trivial_augment");
  ASSERT_EQ(rows.size(), kAugmentOps);
  std::map<std::pair<std::string, int>, int> seen;
  for (uint32_t id = 0; id < 20000; ++id) {
    const Choice choice = ChoiceOf(RngOf(id), rows);
    const OpRow& row = rows[static_cast<size_t>(choice.op)];
    const DrawnOps drawn = Draw(224, RngOf(id));
    ASSERT_NEAR(MagnitudeOf(row, drawn), MagnitudeOf(row, choice.magnitude, choice.negative), 1e-4)
        << row.name << " " << choice.magnitude;
    ASSERT_EQ(HasSign(choice.op), row.has_sign);
    ASSERT_LE(drawn.ops.size(), 1u);
    ++seen[{row.name, choice.negative ? -choice.magnitude - 1 : choice.magnitude}];
  }
  EXPECT_EQ(seen.size(), 9u * 62 + 2 * 31 + 3);  // each magnitude with each sign
}

// Compares with torchvision's ops on tensors, bilinear, at the greatest magnitude and with a negative sign. These round
// where torchvision cuts off.
TEST(TrivialAugmentTest, GreatestOpsAreTorchvisions) {
  const Image picture = Golden("picture");
  const std::vector<OpRow> rows = GoldenOps("trivial_augment");
  for (size_t op = 1; op < rows.size(); ++op) {
    const OpRow& row = rows[op];
    const DrawnOps drawn = Draw(40, RngFor(op, HasMagnitude(static_cast<AugmentOp>(op)) ? 30 : 0, row.has_sign, rows));
    Image out(40, 40, 3);
    WarpImage(picture, drawn.map, {FillMode::kConstant, {}}, 40, 40, out.data());
    if (drawn.map == Affine()) std::copy_n(picture.data(), picture.bytes(), out.data());
    ApplyPixelOps(drawn.ops, 40, 40, 3, out.data());
    EXPECT_LE(Compare(out, Golden("trivial_augment_" + row.name)).max, 1) << row.name;
    EXPECT_TRUE(row.name == "AutoContrast" || Compare(out, picture).mean > 2) << row.name;
  }
}

TEST(TrivialAugmentTest, EveryOpMagnitudeAndSignIsAsLikely) {
  constexpr int kDraws = 28000;
  const std::vector<OpRow> rows = GoldenOps("trivial_augment");
  std::vector<int> ops(kAugmentOps), magnitudes(kMagnitudes);
  int with_magnitude = 0, with_sign = 0, negative = 0;
  for (uint32_t id = 0; id < kDraws; ++id) {
    const Choice choice = ChoiceOf(RngOf(id), rows);
    ++ops[static_cast<size_t>(choice.op)];
    if (HasMagnitude(choice.op)) ++with_magnitude, ++magnitudes[static_cast<size_t>(choice.magnitude)];
    if (HasSign(choice.op)) ++with_sign, negative += choice.negative;
  }
  const auto expect_even = [](int count, double expected) { EXPECT_NEAR(count, expected, 4 * std::sqrt(expected)); };
  for (const int count : ops) expect_even(count, kDraws / 14.0);
  for (const int count : magnitudes) expect_even(count, with_magnitude / 31.0);
  expect_even(negative, with_sign / 2.0);
}

}  // namespace
}  // namespace dataset
