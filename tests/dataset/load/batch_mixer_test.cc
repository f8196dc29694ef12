#include "dataset/load/batch_mixer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

constexpr int kWidth = 20, kHeight = 10, kChannels = 3;
constexpr int kValues = kWidth * kHeight * kChannels;
constexpr uint32_t kClasses = 4;
constexpr uint64_t kSeed = 7;

MixOptions Both() { return {.mixup = 0.4, .mixup_alpha = 0.2, .cutmix = 0.5, .cutmix_alpha = 1.5}; }

MixDraw DrawFor(const MixOptions& options, uint32_t first, int width = kWidth, int height = kHeight) {
  Rng rng(kSeed, Domain::kMix, 3, first);
  return BatchMixer(options).Draw(width, height, rng);
}

// Makes a batch with `valid` of `size` samples. Each byte of a sample differs from that byte of the others.
template <typename T>
class Made {
 public:
  Made(int size, int valid, uint64_t first) : data_(static_cast<size_t>(size * kValues), T{77}) {
    batch_.format = sizeof(T) == 1 ? PixelFormat::kUint8Nhwc : PixelFormat::kFloat32Nchw;
    batch_.size = size;
    batch_.valid = valid;
    batch_.width = kWidth;
    batch_.height = kHeight;
    batch_.channels = kChannels;
    batch_.data = data_.data();
    batch_.epoch = 3;
    batch_.first = first;
    for (int slot = 0; slot < size; ++slot) batch_.labels.push_back(slot % kClasses);
    for (int slot = 0; slot < valid; ++slot) {
      for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
          for (int c = 0; c < kChannels; ++c)
            At(slot, y, x, c) = static_cast<T>((slot * 83 + y * 31 + x * 7 + c) % 256);
        }
      }
    }
  }

  T& At(int slot, int y, int x, int c) {
    const int place = sizeof(T) == 1 ? (y * kWidth + x) * kChannels + c : (c * kHeight + y) * kWidth + x;
    return data_[static_cast<size_t>(slot * kValues + place)];
  }
  const std::vector<T>& data() const { return data_; }
  Batch& batch() { return batch_; }
  float Target(int slot, uint32_t label) const { return batch_.targets[static_cast<size_t>(slot) * kClasses + label]; }

 private:
  std::vector<T> data_;
  Batch batch_;
};

// Compares with goldens/make_augmentation.py, an independent implementation with torchvision's CutMix.make_params.
TEST(BatchMixerTest, DrawsAreThoseOfTheFormat) {
  std::istringstream lines(ReadFile(testing::SourceDir() / "tests/dataset/goldens/augmentation/mixes.txt"));
  uint32_t first = 0, mixups = 0, cutmixes = 0;
  int kind = 0, x = 0, y = 0, width = 0, height = 0;
  double lambda = 0;
  while (lines >> first >> kind >> lambda >> x >> y >> width >> height) {
    const MixDraw draw = DrawFor(Both(), first);
    EXPECT_EQ(static_cast<int>(draw.kind), kind) << first;
    EXPECT_NEAR(draw.lambda, lambda, 1e-9) << first;
    EXPECT_TRUE(draw.x == x && draw.y == y && draw.width == width && draw.height == height) << first;
    mixups += kind == 1;
    cutmixes += kind == 2;
  }
  EXPECT_GT(mixups, 25u);
  EXPECT_GT(cutmixes, 35u);
}

// Blends the samples of slots i and i - 1 into slot i, by the definition.
template <typename T>
void ExpectMixed(int size, int valid, uint64_t first) {
  Made<T> before(size, valid, first), after(size, valid, first);
  BatchMixer(Both()).Mix(kSeed, kClasses, &after.batch());
  const MixDraw draw = DrawFor(Both(), static_cast<uint32_t>(first));
  for (int slot = 0; slot < valid; ++slot) {
    const int other = (slot + valid - 1) % valid;
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const bool cut = x >= draw.x && x < draw.x + draw.width && y >= draw.y && y < draw.y + draw.height;
        const double own = draw.kind == MixDraw::Kind::kMixup ? draw.lambda : cut ? 0 : 1;
        for (int c = 0; c < kChannels; ++c) {
          ASSERT_NEAR(after.At(slot, y, x, c), own * before.At(slot, y, x, c) + (1 - own) * before.At(other, y, x, c),
                      sizeof(T) == 1 ? 0.501 : 1e-3);
        }
      }
    }
    std::vector<double> target(kClasses);
    target[static_cast<size_t>(before.batch().labels[static_cast<size_t>(slot)])] += draw.lambda;
    target[static_cast<size_t>(before.batch().labels[static_cast<size_t>(other)])] += 1 - draw.lambda;
    for (uint32_t label = 0; label < kClasses; ++label) EXPECT_NEAR(after.Target(slot, label), target[label], 1e-6);
  }
  // Slots without a sample stay as they are.
  EXPECT_TRUE(
      std::equal(before.data().begin() + valid * kValues, before.data().end(), after.data().begin() + valid * kValues));
  for (int slot = valid; slot < size; ++slot) {
    for (uint32_t label = 0; label < kClasses; ++label) EXPECT_EQ(after.Target(slot, label), 0);
  }
}

TEST(BatchMixerTest, MixesEachSampleWithTheOneBefore) {
  for (uint64_t first = 0; first < 160; first += 8) {
    for (const int valid : {8, 5, 1, 0}) {
      ExpectMixed<uint8_t>(8, valid, first);
      ExpectMixed<float>(8, valid, first);
    }
  }
}

TEST(BatchMixerTest, BytesAreTheRoundedFloats) {
  for (uint64_t first = 0; first < 160; first += 8) {
    Made<uint8_t> bytes(6, 6, first);
    Made<float> floats(6, 6, first);
    BatchMixer(Both()).Mix(kSeed, kClasses, &bytes.batch());
    BatchMixer(Both()).Mix(kSeed, kClasses, &floats.batch());
    EXPECT_EQ(bytes.batch().targets, floats.batch().targets);
    for (int slot = 0; slot < 6; ++slot) {
      for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
          for (int c = 0; c < kChannels; ++c) {
            ASSERT_EQ(bytes.At(slot, y, x, c), std::floor(floats.At(slot, y, x, c) + 0.5f));
          }
        }
      }
    }
  }
}

TEST(BatchMixerTest, LeavesABatchThatIsNotDrawnAlone) {
  Made<uint8_t> before(4, 4, 0), after(4, 4, 0);
  BatchMixer(MixOptions()).Mix(kSeed, kClasses, &after.batch());
  EXPECT_EQ(after.data(), before.data());
  for (int slot = 0; slot < 4; ++slot) {
    for (uint32_t label = 0; label < kClasses; ++label) {
      EXPECT_EQ(after.Target(slot, label), label == static_cast<uint32_t>(slot) ? 1 : 0);
    }
  }
}

TEST(BatchMixerTest, LambdaIsBeta) {
  constexpr int kDraws = 4000;
  for (const double alpha : {0.01, 0.2, 1.0, 4.0}) {
    double sum = 0, squares = 0;
    for (uint32_t first = 0; first < kDraws; ++first) {
      const MixDraw draw = DrawFor({.mixup = 1, .mixup_alpha = alpha}, first);
      ASSERT_TRUE(draw.lambda >= 0 && draw.lambda <= 1) << draw.lambda;
      sum += draw.lambda;
      squares += draw.lambda * draw.lambda;
    }
    const double mean = sum / kDraws, variance = squares / kDraws - mean * mean, expected = 1 / (4 * (2 * alpha + 1));
    EXPECT_NEAR(mean, 0.5, 4 * std::sqrt(expected / kDraws)) << alpha;
    EXPECT_NEAR(variance, expected, 0.08 * expected) << alpha;
  }
}

TEST(BatchMixerTest, CutmixCutsTheShareItSays) {
  double lambda = 0;
  for (uint32_t first = 0; first < 2000; ++first) {
    const MixDraw draw = DrawFor({.cutmix = 1}, first, 64, 48);
    ASSERT_TRUE(draw.x >= 0 && draw.y >= 0 && draw.width >= 0 && draw.height >= 0);
    ASSERT_TRUE(draw.x + draw.width <= 64 && draw.y + draw.height <= 48);
    ASSERT_DOUBLE_EQ(draw.lambda, 1 - draw.width * draw.height / (64.0 * 48));
    lambda += draw.lambda;
  }
  // Half of the area, minus the part that is cut off at the edges.
  EXPECT_GT(lambda / 2000, 0.6);
  EXPECT_LT(lambda / 2000, 0.75);
}

TEST(BatchMixerTest, OnePixelIsNoException) {
  for (uint32_t first = 0; first < 50; ++first) {
    const MixDraw draw = DrawFor({.cutmix = 1}, first, 1, 1);
    EXPECT_EQ(draw.width * draw.height, 0);
    EXPECT_EQ(draw.lambda, 1);
  }
}

TEST(BatchMixerTest, OptionsAreDescribed) {
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"mixup", "0.4"}, {"mixup_alpha", "0.2"}, {"cutmix", "0.5"}, {"cutmix_alpha", "1.5"}};
  EXPECT_EQ(Describe(Both()), expected);
}

TEST(BatchMixerTest, OptionsOutOfRangeAreNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    MixOptions options;
    const char* field;
  } cases[] = {
      {{.mixup = -0.1}, "mixup"},
      {{.mixup = 1.1}, "mixup"},
      {{.mixup = nan}, "mixup"},
      {{.mixup_alpha = 0}, "mixup_alpha"},
      {{.mixup_alpha = 101}, "mixup_alpha"},
      {{.mixup_alpha = nan}, "mixup_alpha"},
      {{.cutmix = -0.1}, "cutmix"},
      {{.cutmix = 1.1}, "cutmix"},
      {{.cutmix = nan}, "cutmix"},
      {{.cutmix_alpha = 0}, "cutmix_alpha"},
      {{.cutmix_alpha = nan}, "cutmix_alpha"},
      {{.mixup = 0.6, .cutmix = 0.5}, "cutmix"},
  };
  for (const auto& c : cases) {
    try {
      BatchMixer mixer(c.options);
      ADD_FAILURE() << c.field;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_TRUE(std::string(error.what()).starts_with(std::string(c.field) + " must be ")) << error.what();
    }
  }
}

}  // namespace
}  // namespace dataset
