#include "dataset/split/perceptual_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/image/resize.h"
#include "dataset/io/file.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::MakePicture;

int Distance(uint64_t a, uint64_t b) { return std::popcount(a ^ b); }

std::string Jpeg(const Image& image, int quality) {
  std::string bytes;
  EncodeJpeg(image, quality, &bytes);
  return bytes;
}

// Follows the rule of proto/FORMAT.md literally: a DCT-II in two dimensions, summed directly.
uint64_t SlowHash(const Image& grey) {
  std::vector<double> coefficients;
  for (int v = 0; v < 8; ++v) {
    for (int u = 0; u < 8; ++u) {
      double sum = 0;
      for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
          sum += grey.row(y)[x] * std::cos(std::numbers::pi * (2 * x + 1) * u / 64) *
                 std::cos(std::numbers::pi * (2 * y + 1) * v / 64);
        }
      }
      coefficients.push_back(std::round(sum));
    }
  }
  std::vector<double> sorted(coefficients.begin() + 1, coefficients.end());
  std::sort(sorted.begin(), sorted.end());
  uint64_t hash = 0;
  for (double coefficient : coefficients) hash = 2 * hash + (coefficient >= sorted[31] ? 1 : 0);
  return hash;
}

TEST(PerceptualHashTest, IsTheWrittenRule) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const Image grey = MakePicture(32, 32, 1, seed);
    EXPECT_EQ(PerceptualHash(grey), SlowHash(grey));
  }
}

TEST(PerceptualHashTest, AFlatPictureHasNoNoise) {
  for (int value : {0, 1, 127, 255}) {
    Image grey(32, 32, 1);
    std::fill(grey.data(), grey.data() + grey.bytes(), static_cast<uint8_t>(value));
    EXPECT_EQ(PerceptualHash(grey), UINT64_MAX) << value;
  }
}

TEST(PerceptualHashTest, RefusesWhatIsNoImage) {
  EXPECT_THROW(PerceptualHash("no image"), Error);
  const std::string jpeg = Jpeg(MakePicture(64, 64, 3, 1), 90);
  EXPECT_THROW(PerceptualHash(jpeg.substr(0, jpeg.size() / 2)), Error);
}

// By their high bytes they would all be black, and so duplicates of one another.
TEST(PerceptualHashTest, TellsDarkPicturesOf16BitsApart) {
  std::vector<uint64_t> hashes;
  for (uint32_t seed = 0; seed < 6; ++seed) {
    const Image picture = MakePicture(32, 32, 1, seed);
    const std::vector<uint16_t> values(picture.data(), picture.data() + picture.bytes());
    hashes.push_back(PerceptualHash(testing::DeepPng(32, values)));
    EXPECT_LE(Distance(hashes.back(), PerceptualHash(picture)), 6);
    for (size_t i = 0; i + 1 < hashes.size(); ++i) EXPECT_NE(hashes[i], hashes.back());
  }
}

TEST(PerceptualHashTest, SurvivesScalingAndReencodingAndTellsPhotosApart) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  std::vector<uint64_t> hashes;
  for (const auto& entry : std::filesystem::directory_iterator(data / "imagenet")) {
    if (hashes.size() == 30) break;
    const std::string bytes = ReadFile(entry.path());
    Image picture, half;
    const FineRect all = DecodeImage(bytes, {}, &picture);
    ResizeImage(picture, all, picture.width() / 2, picture.height() / 2, Interpolation::kAuto, &half);
    hashes.push_back(PerceptualHash(bytes));
    EXPECT_LE(Distance(hashes.back(), PerceptualHash(Jpeg(picture, 60))), 6) << entry.path();
    EXPECT_LE(Distance(hashes.back(), PerceptualHash(Jpeg(half, 90))), 6) << entry.path();
  }
  for (size_t i = 0; i < hashes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_GT(Distance(hashes[i], hashes[j]), 8);
  }
}

}  // namespace
}  // namespace dataset
