#include "dataset/image/resize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tests/dataset/image/image_compare.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::Cut;
using testing::MakePicture;

// Each target pixel is the mean of the source area that it covers, in plain floating point.
Image AverageAreas(const Image& source, int width, int height) {
  Image out(height, width, source.channels());
  const double sx = static_cast<double>(source.width()) / width, sy = static_cast<double>(source.height()) / height;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < source.channels(); ++c) {
        double sum = 0;
        for (int j = static_cast<int>(y * sy); j < std::min<double>((y + 1) * sy, source.height()); ++j) {
          for (int i = static_cast<int>(x * sx); i < std::min<double>((x + 1) * sx, source.width()); ++i) {
            const double w = std::min((x + 1) * sx, i + 1.0) - std::max(x * sx, 1.0 * i);
            const double h = std::min((y + 1) * sy, j + 1.0) - std::max(y * sy, 1.0 * j);
            sum += w * h * source.row(j)[i * source.channels() + c];
          }
        }
        out.row(y)[x * source.channels() + c] = static_cast<uint8_t>(std::lround(sum / (sx * sy)));
      }
    }
  }
  return out;
}

Rect All(const Image& image) { return {0, 0, image.width(), image.height()}; }

TEST(ResizeImage, ShrinkingAveragesAreas) {
  for (const int channels : {1, 3}) {
    const Image source = MakePicture(97, 131, channels, 2);
    for (const auto& [width, height] : {std::pair(64, 48), std::pair(130, 96), std::pair(1, 1), std::pair(131, 20)}) {
      Image out;
      ResizeImage(source, All(source), width, height, Interpolation::kAuto, &out);
      EXPECT_LE(Compare(out, AverageAreas(source, width, height)).max, 1) << width << "x" << height;
    }
  }
}

Image ResizedByOpenCv(const Image& source, int width, int height, int flag) {
  Image out(height, width, source.channels());
  const int type = CV_8UC(source.channels());
  const cv::Mat from(source.height(), source.width(), type, const_cast<uint8_t*>(source.data()));
  cv::Mat to(height, width, type, out.data());
  cv::resize(from, to, to.size(), 0, 0, flag);
  return out;
}

TEST(ResizeImage, EqualsOpenCv) {
  const struct {
    Interpolation interpolation;
    int flag;
    int max;
    int width, height;
  } cases[] = {
      {Interpolation::kAuto, cv::INTER_AREA, 1, 60, 51},     {Interpolation::kAuto, cv::INTER_AREA, 1, 36, 53},
      {Interpolation::kAuto, cv::INTER_AREA, 1, 3, 1},       {Interpolation::kAuto, cv::INTER_AREA, 1, 73, 2},
      {Interpolation::kAuto, cv::INTER_CUBIC, 1, 200, 53},   {Interpolation::kAuto, cv::INTER_CUBIC, 1, 74, 160},
      {Interpolation::kAuto, cv::INTER_CUBIC, 1, 300, 301},  {Interpolation::kArea, cv::INTER_AREA, 1, 50, 40},
      {Interpolation::kArea, cv::INTER_AREA, 1, 100, 70},    {Interpolation::kQuick, cv::INTER_LINEAR, 1, 100, 70},
      {Interpolation::kLinear, cv::INTER_LINEAR, 0, 20, 15}, {Interpolation::kLanczos, cv::INTER_LANCZOS4, 0, 90, 15},
      {Interpolation::kCubic, cv::INTER_CUBIC, 0, 20, 80},   {Interpolation::kNearest, cv::INTER_NEAREST, 0, 20, 80},
  };
  for (const auto& [interpolation, flag, max, width, height] : cases) {
    for (const int channels : {1, 3}) {
      Image source(53, 73, channels), out;
      for (size_t i = 0; i < source.bytes(); ++i) source.data()[i] = static_cast<uint8_t>(i * i * 2654435761u >> 24);
      ResizeImage(source, All(source), width, height, interpolation, &out);
      EXPECT_LE(Compare(out, ResizedByOpenCv(source, width, height, flag)).max, max)
          << width << "x" << height << ", " << channels << " channels, flag " << flag;
    }
  }
}

TEST(ResizeImage, SameSizeIsACopy) {
  const Image source = MakePicture(20, 30, 3, 2);
  Image out;
  ResizeImage(source, All(source), 30, 20, Interpolation::kAuto, &out);
  EXPECT_EQ(Compare(out, source).max, 0);
}

TEST(ResizeImage, TakesOnlyThePart) {
  const Image source = MakePicture(50, 70, 3, 2);
  const Rect part{11, 7, 40, 30};
  for (const auto& [width, height] : {std::pair(20, 15), std::pair(40, 30), std::pair(80, 90), std::pair(10, 60)}) {
    Image direct, cut;
    ResizeImage(source, part, width, height, Interpolation::kAuto, &direct);
    ResizeImage(Cut(source, part), Rect{0, 0, 40, 30}, width, height, Interpolation::kAuto, &cut);
    EXPECT_EQ(Compare(direct, cut).max, 0) << width << "x" << height;
  }
}

// Stripes of one pixel must become grey, not other stripes, even if the other side grows.
TEST(ResizeImage, DoesNotAlias) {
  Image stripes(16, 300, 1);
  for (size_t i = 0; i < stripes.bytes(); ++i) stripes.data()[i] = i % 2 == 0 ? 0 : 255;
  for (const Interpolation interpolation : {Interpolation::kAuto, Interpolation::kQuick}) {
    for (const int height : {8, 16, 40}) {
      Image out;
      ResizeImage(stripes, All(stripes), 30, height, interpolation, &out);
      // A triangle that an edge cuts off has more weight on the last stripe.
      const double error = interpolation == Interpolation::kQuick ? 4 : 1;
      for (size_t i = 0; i < out.bytes(); ++i) ASSERT_NEAR(out.data()[i], 127.5, error) << height;
    }
  }
}

TEST(ResizeImage, EnlargingKeepsGradients) {
  Image source(10, 10, 1);
  for (int i = 0; i < 100; ++i) source.data()[i] = static_cast<uint8_t>(20 * (i % 10) + 30);
  for (const Interpolation interpolation : {Interpolation::kAuto, Interpolation::kQuick}) {
    Image out;
    ResizeImage(source, All(source), 40, 40, interpolation, &out);
    for (int x = 8; x < 32; ++x) EXPECT_NEAR(out.row(20)[x], 30 + 20 * ((x + 0.5) / 4 - 0.5), 1.5);
  }
}

TEST(ShortSideSize, KeepsTheAspectAndNeverEnlarges) {
  EXPECT_EQ(ShortSideSize(640, 480, 240), (Size{320, 240}));
  EXPECT_EQ(ShortSideSize(480, 640, 240), (Size{240, 320}));
  EXPECT_EQ(ShortSideSize(500, 375, 256), (Size{341, 256}));  // 341.33
  EXPECT_EQ(ShortSideSize(3, 2, 1), (Size{2, 1}));            // 1.5
  EXPECT_EQ(ShortSideSize(100, 100, 100), (Size{100, 100}));
  EXPECT_EQ(ShortSideSize(50, 1000, 100), (Size{50, 1000}));
  EXPECT_EQ(ShortSideSize(65500, 2, 1), (Size{32750, 1}));
}

}  // namespace
}  // namespace dataset
