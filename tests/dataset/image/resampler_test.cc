#include "dataset/image/resampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/dataset/image/image_compare.h"
#include "tests/dataset/image/targets.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::Compare;
using testing::Cut;
using testing::ForEachTarget;
using testing::PixelBytes;

// The same noise as in goldens/make_resized.py.
Image Noise(int width, int height, int channels) {
  Image image(height, width, channels);
  for (size_t i = 0; i < image.bytes(); ++i) {
    uint32_t word = static_cast<uint32_t>(i) * 2654435761u;
    word = (word ^ (word >> 15)) * 2246822519u;
    image.data()[i] = static_cast<uint8_t>(word >> 24);
  }
  return image;
}

Image Resample(const Image& source, const Rect& from, const Resampling& resampling) {
  Image out(resampling.size.height, resampling.size.width, source.channels());
  ResampleToBytes(source, from, resampling, out.data(), out.stride());
  return out;
}

struct Case {
  Image source;
  Rect from;
  Resampling resampling;
};

// Sides of all kinds, each with the filters that fit it: 1, odd, even; kept, grown and shrunk, a little and a lot.
std::vector<Case> Cases() {
  const int sides[][2] = {{1, 1}, {1, 7}, {9, 1}, {16, 16}, {17, 12}, {30, 29}, {33, 100}, {64, 13}, {900, 4}};
  std::vector<Case> cases;
  for (const auto& [from_width, width] : sides) {
    for (const auto& [from_height, height] : sides) {
      for (const int channels : {1, 3}) {
        for (const Filter filter : {Filter::kArea, Filter::kTriangle, Filter::kCubic}) {
          const Filter across = width < from_width && filter == Filter::kCubic ? Filter::kArea : filter;
          const Filter down = height < from_height && filter == Filter::kCubic ? Filter::kArea : filter;
          const Rect from{3, 2, from_width, from_height};
          cases.push_back({Noise(from_width + 5, from_height + 3, channels), from, {{width, height}, across, down}});
        }
      }
    }
  }
  return cases;
}

std::string Name(const Case& c) {
  std::ostringstream name;
  name << c.from.width << "x" << c.from.height << " to " << c.resampling.size.width << "x" << c.resampling.size.height
       << ", " << c.source.channels() << " channels, filters " << static_cast<int>(c.resampling.across) << " and "
       << static_cast<int>(c.resampling.down);
  return name.str();
}

TEST(ResamplerTest, TriangleIsPillowsBilinear) {
  std::ifstream file(testing::SourceDir() / "tests/dataset/goldens/resized.csv");
  std::string line;
  std::getline(file, line);
  int cases = 0;
  for (; std::getline(file, line); ++cases) {
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line);
    int width, height, channels;
    Rect from;
    Size size;
    std::string hex;
    fields >> width >> height >> channels >> from.x >> from.y >> from.width >> from.height >> size.width >>
        size.height >> hex;
    ASSERT_TRUE(fields);
    Image golden(size.height, size.width, channels);
    const std::string bytes = testing::FromHex(hex);
    ASSERT_EQ(bytes.size(), golden.bytes());
    std::copy(bytes.begin(), bytes.end(), golden.data());
    const Image ours =
        Resample(Noise(width, height, channels), from, {size, Filter::kTriangle, Filter::kTriangle, Mirror::kNo});
    // Pillow rounds to bytes between the two directions too.
    EXPECT_LE(Compare(ours, golden).max, 1) << line.substr(0, 40);
  }
  EXPECT_EQ(cases, 10);
}

// Returns the weight of a source pixel in a target pixel of `step` source pixels; their centres are `distance` apart.
double Weight(Filter filter, double distance, double step) {
  if (filter == Filter::kArea) {
    return std::max(std::min(distance + 0.5, step / 2) - std::max(distance - 0.5, -step / 2), 0.0);
  }
  const double x = std::abs(distance);
  if (filter == Filter::kTriangle) return std::max(1 - x / std::max(step, 1.0), 0.0);
  if (x < 1) return 1.25 * x * x * x - 2.25 * x * x + 1;
  return x < 2 ? -0.75 * (x * x * x - 5 * x * x + 8 * x - 4) : 0;
}

// Computes a pixel by the formulas: in floating point, in two dimensions at once.
double PlainPixel(const Image& source, const FineRect& from, const Resampling& resampling, int x, int y, int c) {
  const Rect pixels = from.Pixels();
  const double step_x = from.width / 8.0 / resampling.size.width, step_y = from.height / 8.0 / resampling.size.height;
  const double centre_x = from.x / 8.0 + (x + 0.5) * step_x, centre_y = from.y / 8.0 + (y + 0.5) * step_y;
  double sum = 0, weights = 0;
  for (int j = pixels.y - 2; j < pixels.y + pixels.height + 2; ++j) {
    for (int i = pixels.x - 2; i < pixels.x + pixels.width + 2; ++i) {
      const int row = std::clamp(j, pixels.y, pixels.y + pixels.height - 1);
      const int column = std::clamp(i, pixels.x, pixels.x + pixels.width - 1);
      if (i != column && resampling.across != Filter::kCubic) continue;
      if (j != row && resampling.down != Filter::kCubic) continue;
      const double weight =
          Weight(resampling.across, i + 0.5 - centre_x, step_x) * Weight(resampling.down, j + 0.5 - centre_y, step_y);
      sum += weight * source.row(row)[column * source.channels() + c];
      weights += weight;
    }
  }
  return std::clamp(sum / weights, 0.0, 255.0);
}

TEST(ResamplerTest, PartsOfPixelsAreWeighedByTheFormulas) {
  const Image source = Noise(40, 30, 3);
  const Rect parts[] = {{8, 16, 200, 160}, {3, 5, 301, 211}, {15, 1, 98, 64}, {8, 9, 6, 3}, {319, 239, 1, 1}};
  const Size sizes[] = {{1, 1}, {7, 5}, {30, 19}, {50, 64}};
  for (const Rect& part : parts) {
    const FineRect from = FineRect::Eighths(part);
    for (const Size& size : sizes) {
      for (const Filter filter : {Filter::kArea, Filter::kTriangle, Filter::kCubic}) {
        if (filter == Filter::kCubic && (from.width > 8 * size.width || from.height > 8 * size.height)) continue;
        const Resampling resampling{size, filter, filter};
        Image out(size.height, size.width, 3);
        ResampleToBytes(source, from, resampling, out.data(), out.stride());
        for (int y = 0; y < size.height; ++y) {
          for (int i = 0; i < 3 * size.width; ++i) {
            ASSERT_NEAR(out.row(y)[i], PlainPixel(source, from, resampling, i / 3, y, i % 3), 0.55)
                << from.width << "x" << from.height << " eighths to " << size.width << "x" << size.height << ", filter "
                << static_cast<int>(filter);
          }
        }
      }
    }
  }
}

TEST(ResamplerTest, AllProcessorsMakeTheSameBytes) {
  const std::vector<Case> cases = Cases();
  std::vector<std::string> first;
  int targets = 0;
  ForEachTarget([&] {
    ++targets;
    for (size_t i = 0; i < cases.size(); ++i) {
      const std::string bytes = PixelBytes(Resample(cases[i].source, cases[i].from, cases[i].resampling));
      if (first.size() <= i) first.push_back(bytes);
      ASSERT_EQ(bytes, first[i]) << Name(cases[i]) << ", target " << targets;
    }
  });
  EXPECT_GE(targets, 2);
}

TEST(ResamplerTest, AllProcessorsMakeTheSamePlanes) {
  const Image picture = Noise(37, 29, 3);
  const PlaneScale scale{{1 / 58.395f, 1 / 57.12f, 1 / 57.375f}, {-2.1179f, -2.0357f, -1.8044f}};
  std::vector<float> first;
  ForEachTarget([&] {
    std::vector<float> planes(picture.bytes());
    SpreadToPlanes(picture.data(), {picture.width(), picture.height()}, 3, scale, planes.data());
    if (first.empty()) first = planes;
    EXPECT_EQ(planes, first);
  });
}

TEST(ResamplerTest, NothingBesideThePartHasInfluence) {
  for (const Case& c : Cases()) {
    const Image part = Cut(c.source, c.from);
    const Image alone = Resample(part, {0, 0, part.width(), part.height()}, c.resampling);
    ASSERT_EQ(Compare(Resample(c.source, c.from, c.resampling), alone).max, 0) << Name(c);
  }
}

TEST(ResamplerTest, WritesNothingBesideTheRows) {
  for (const Case& c : Cases()) {
    const Image expected = Resample(c.source, c.from, c.resampling);
    const size_t stride = expected.stride() + 5, height = static_cast<size_t>(expected.height());
    std::vector<uint8_t> out(stride * height + 32, 0xa5);
    ResampleToBytes(c.source, c.from, c.resampling, out.data() + 16, stride);
    for (size_t i = 0; i < out.size(); ++i) {
      const size_t y = (i - 16) / stride, x = (i - 16) % stride;
      const bool inside = i >= 16 && y < height && x < expected.stride();
      ASSERT_EQ(out[i], inside ? expected.row(static_cast<int>(y))[x] : 0xa5) << Name(c) << ", byte " << i;
    }
  }
}

TEST(ResamplerTest, AMirrorImageIsThePictureTurned) {
  for (Case& c : Cases()) {
    const Image plain = Resample(c.source, c.from, c.resampling);
    c.resampling.mirror = Mirror::kLeftRight;
    const Image mirrored = Resample(c.source, c.from, c.resampling);
    const int channels = plain.channels();
    for (int y = 0; y < plain.height(); ++y) {
      for (int x = 0; x < plain.width(); ++x) {
        const uint8_t* pixel = plain.row(y) + (plain.width() - 1 - x) * channels;
        ASSERT_TRUE(std::equal(pixel, pixel + channels, mirrored.row(y) + x * channels)) << Name(c);
      }
    }
  }
}

TEST(ResamplerTest, PlanesHoldTheScaledBytes) {
  const PlaneScale scale{{0.5f, -2.25f, 1 / 255.0f}, {1, 0.1f, -3}};
  for (const Case& c : Cases()) {
    const Image bytes = Resample(c.source, c.from, c.resampling);
    const size_t channels = static_cast<size_t>(bytes.channels()), pixels = bytes.bytes() / channels;
    std::vector<float> expected(bytes.bytes());
    for (size_t i = 0; i < bytes.bytes(); ++i) {
      const float product = static_cast<float>(bytes.data()[i]) * scale.a[i % channels];
      expected[i % channels * pixels + i / channels] = product + scale.b[i % channels];
    }
    std::vector<float> planes(bytes.bytes());
    SpreadToPlanes(bytes.data(), c.resampling.size, bytes.channels(), scale, planes.data());
    ASSERT_EQ(planes, expected) << Name(c);
  }
}

TEST(ResamplerTest, PlainAreasStayAsTheyAre) {
  for (const uint8_t value : {0, 1, 127, 254, 255}) {
    for (Case& c : Cases()) {
      std::fill(c.source.data(), c.source.data() + c.source.bytes(), value);
      const Image out = Resample(c.source, c.from, c.resampling);
      ASSERT_EQ(std::count(out.data(), out.data() + out.bytes(), value), static_cast<int64_t>(out.bytes())) << Name(c);
    }
  }
}

TEST(ResamplerTest, APartOfTheSameSizeIsCopied) {
  for (const Filter filter : {Filter::kArea, Filter::kTriangle, Filter::kCubic}) {
    const Case c{Noise(30, 20, 3), {2, 3, 21, 16}, {{21, 16}, filter, filter}};
    EXPECT_EQ(Compare(Resample(c.source, c.from, c.resampling), Cut(c.source, c.from)).max, 0);
  }
}

// With the longest possible side, weights are as small as they can be.
TEST(ResamplerTest, LongSidesAreAveragedExactly) {
  const Image stripes = [] {
    Image image(2, 65500, 1);
    for (size_t i = 0; i < image.bytes(); ++i) image.data()[i] = i % 2 == 0 ? 255 : 0;
    return image;
  }();
  for (const int width : {1, 2, 3, 100}) {
    const Image out = Resample(stripes, {0, 0, 65500, 2}, {{width, 1}, Filter::kArea, Filter::kArea});
    for (size_t i = 0; i < out.bytes(); ++i) EXPECT_NEAR(out.data()[i], 127.5, 1) << width;
  }
}

}  // namespace
}  // namespace dataset
