#include "dataset/split/perceptual_hash.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/resize.h"

namespace dataset {
namespace {

constexpr int kSide = 32, kLow = 8;

using Cosines = std::array<std::array<double, kSide>, kLow>;

Cosines MakeCosines() {
  Cosines cosines;
  for (int k = 0; k < kLow; ++k) {
    for (int x = 0; x < kSide; ++x) cosines[k][x] = std::cos(std::numbers::pi * (2 * x + 1) * k / (2 * kSide));
  }
  return cosines;
}

}  // namespace

uint64_t PerceptualHash(const Image& grey) {
  assert(grey.height() == kSide && grey.width() == kSide && grey.channels() == 1);
  static const Cosines cosines = MakeCosines();
  double rows[kSide][kLow];
  for (int y = 0; y < kSide; ++y) {
    for (int k = 0; k < kLow; ++k) {
      double sum = 0;
      for (int x = 0; x < kSide; ++x) sum += grey.row(y)[x] * cosines[k][x];
      rows[y][k] = sum;
    }
  }
  // Rounded to whole numbers, so that a coefficient that is 0 up to rounding errors compares as 0.
  std::array<long long, kLow * kLow> coefficients;
  for (int v = 0; v < kLow; ++v) {
    for (int u = 0; u < kLow; ++u) {
      double sum = 0;
      for (int y = 0; y < kSide; ++y) sum += rows[y][u] * cosines[v][y];
      coefficients[static_cast<size_t>(v) * kLow + static_cast<size_t>(u)] = std::llround(sum);
    }
  }
  auto sorted = coefficients;
  const auto median = sorted.begin() + 1 + (kLow * kLow - 1) / 2;
  std::nth_element(sorted.begin() + 1, median, sorted.end());
  uint64_t hash = 0;
  for (long long coefficient : coefficients) hash = hash << 1 | (coefficient >= *median ? 1 : 0);
  return hash;
}

uint64_t PerceptualHash(std::string_view file) {
  DecodeOptions options;
  options.channels = 1;
  options.min_width = kSide;
  options.min_height = kSide;
  Image picture, grey;
  const FineRect all = DecodeImage(file, options, &picture);
  ResizeImage(picture, all, kSide, kSide, Interpolation::kAuto, &grey);
  return PerceptualHash(grey);
}

}  // namespace dataset
