#include "dataset/load/whitening.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/load/standardization.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

constexpr size_t kValues = 36;
using Picture = std::array<uint8_t, kValues>;

// The pictures of goldens/make_augmentation.py: 4 x 3 RGB, with values that are correlated.
std::vector<Picture> SmallPictures() {
  std::vector<Picture> pictures(100);
  uint32_t state = 1;
  for (Picture& picture : pictures) {
    uint32_t previous = 128;
    for (uint8_t& value : picture) {
      state = static_cast<uint32_t>((uint64_t{1103515245} * state + 12345) % (uint64_t{1} << 31));
      previous = (previous + (state >> 16) % 256) / 2;
      value = static_cast<uint8_t>(previous);
    }
  }
  return pictures;
}

Whitening Solved(const std::vector<Picture>& pictures, WhiteningKind kind, double epsilon) {
  WhiteningSums sums(kValues);
  for (const Picture& picture : pictures) sums.Add(picture.data());
  return sums.Solve(3, kind, epsilon);
}

// Compares with NumPy's result.
TEST(WhiteningTest, IsThatOfAnIndependentProgram) {
  const std::vector<Picture> pictures = SmallPictures();
  std::istringstream golden(ReadFile(testing::SourceDir() / "tests/dataset/goldens/augmentation/whitening.txt"));
  for (const WhiteningKind kind : {WhiteningKind::kZca, WhiteningKind::kPca}) {
    const Whitening whitening = Solved(pictures, kind, 0.01);
    for (size_t i = 0; i < 3; ++i) {
      std::array<float, kValues> out;
      whitening.Apply(pictures[i].data(), out.data());
      for (const float value : out) {
        double expected = 0;
        ASSERT_TRUE(golden >> expected);
        EXPECT_NEAR(value, expected, 1e-4);
      }
    }
  }
}

TEST(WhiteningTest, MakesValuesUncorrelatedAndEqual) {
  const std::vector<Picture> pictures = SmallPictures();
  for (const WhiteningKind kind : {WhiteningKind::kZca, WhiteningKind::kPca}) {
    const Whitening whitening = Solved(pictures, kind, 1e-9);
    std::vector<std::array<float, kValues>> white(pictures.size());
    for (size_t i = 0; i < pictures.size(); ++i) whitening.Apply(pictures[i].data(), white[i].data());
    for (size_t a = 0; a < kValues; ++a) {
      for (size_t b = 0; b < kValues; ++b) {
        double mean = 0, product = 0;
        for (const auto& picture : white) {
          mean += picture[a];
          product += picture[a] * picture[b];
        }
        EXPECT_NEAR(mean / 100, 0, 1e-3);
        EXPECT_NEAR(product / 100, a == b ? 1 : 0, 1e-2);
      }
    }
  }
}

TEST(WhiteningTest, IsItsMatrixAndBias) {
  const std::vector<Picture> pictures = SmallPictures();
  const Whitening whitening = Solved(pictures, WhiteningKind::kZca, 0.01);
  const Whitening again(whitening.matrix(), whitening.bias());
  std::array<float, kValues> a, b;
  whitening.Apply(pictures[5].data(), a.data());
  again.Apply(pictures[5].data(), b.data());
  EXPECT_EQ(a, b);
}

TEST(WhiteningTest, EqualPicturesBecomeZero) {
  const Whitening whitening = Solved({Picture{1, 2, 3}, Picture{1, 2, 3}}, WhiteningKind::kZca, 0.01);
  std::array<float, kValues> out;
  whitening.Apply(Picture{1, 2, 3}.data(), out.data());
  for (const float value : out) EXPECT_NEAR(value, 0, 1e-4);
}

class WhiteningOfTrainTest : public ::testing::Test {
 protected:
  WhiteningOfTrainTest() {
    testing::Compile(testing::TinySplit(dir_.path()));
    view_.image_size = view_.eval_resize = 4;
  }

  Whitening OfTrain() {
    NoProgress progress;
    return Whitening::OfTrain(dir_ / "out.ds", view_, options_, progress);
  }

  void ExpectUsage(const std::string& field) {
    try {
      OfTrain();
      ADD_FAILURE() << field;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_TRUE(std::string(error.what()).starts_with("`" + field + "` ")) << error.what();
    }
  }

  const testing::TempDir dir_;
  AugmentationOptions view_;
  WhiteningOptions options_;
};

TEST_F(WhiteningOfTrainTest, HasASquaresValuesAndRepeats) {
  const Whitening first = OfTrain(), second = OfTrain();
  EXPECT_EQ(first.values(), 48u);
  const std::array<uint8_t, 48> picture{9, 99, 200};
  std::array<float, 48> a, b;
  first.Apply(picture.data(), a.data());
  second.Apply(picture.data(), b.data());
  EXPECT_EQ(a, b);
}

TEST_F(WhiteningOfTrainTest, IgnoresWhatIsRandom) {
  const Whitening plain = OfTrain();
  view_.rotation = 90;
  view_.flip_left_right = 0.5;
  const Whitening same = OfTrain();
  const std::array<uint8_t, 48> picture{9, 99, 200};
  std::array<float, 48> a, b;
  plain.Apply(picture.data(), a.data());
  same.Apply(picture.data(), b.data());
  EXPECT_EQ(a, b);
}

TEST_F(WhiteningOfTrainTest, APartIsAllThatCounts) {
  const auto applied = [&](std::vector<SampleId> part, uint64_t max_pictures) {
    options_ = {};
    options_.max_pictures = max_pictures;
    if (!part.empty()) options_.part = std::make_shared<const std::vector<SampleId>>(std::move(part));
    const std::array<uint8_t, 48> picture{9, 99, 200};
    std::array<float, 48> out;
    OfTrain().Apply(picture.data(), out.data());
    return out;
  };
  EXPECT_EQ(applied({0, 1}, 50000), applied({}, 2));
  EXPECT_NE(applied({1, 2}, 50000), applied({}, 2));
}

TEST_F(WhiteningOfTrainTest, RefusesWhatIsTooLarge) {
  view_.image_size = view_.eval_resize = 33;
  ExpectUsage("image_size");
}

TEST_F(WhiteningOfTrainTest, OptionsOutOfRangeAreNamed) {
  for (const double epsilon : {0.0, -1.0, 2.0, std::numeric_limits<double>::quiet_NaN()}) {
    options_.epsilon = epsilon;
    ExpectUsage("epsilon");
  }
  options_ = {};
  options_.max_pictures = 1;
  ExpectUsage("max_pictures");
}

// tf.image.per_image_standardization of [[[1, 2, 3], [4, 5, 6]]]: mean 3.5, deviation 1.7078.
TEST(StandardizationTest, IsTensorFlows) {
  const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
  const MeanAndStd of_picture = PerSampleStandardization(pixels);
  EXPECT_FLOAT_EQ(of_picture.mean, 3.5f);
  EXPECT_FLOAT_EQ(of_picture.stddev, 1.7078251f);
}

TEST(StandardizationTest, FlatPicturesAreNotDividedByZero) {
  const std::vector<uint8_t> pixels(100, 77);
  const MeanAndStd of_picture = PerSampleStandardization(pixels);
  EXPECT_FLOAT_EQ(of_picture.mean, 77);
  EXPECT_FLOAT_EQ(of_picture.stddev, 0.1f);
}

}  // namespace
}  // namespace dataset
