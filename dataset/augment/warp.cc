#include "dataset/augment/warp.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "dataset/image/color.h"

namespace dataset {
namespace {

constexpr double kFarthest = 1 << 30;
// A side that shrinks by a smaller factor is not resized first; the bilinear filter is good enough.
constexpr double kSharpest = 1.25;

constexpr int kWeightBits = 11;
constexpr int kOne = 1 << kWeightBits;
constexpr int kRounding = 1 << (2 * kWeightBits - 1);

// Converts a coordinate to fixed point with 32 fraction bits.
int64_t ToFixed(double value) { return std::llround(value * 0x1p32); }
int Whole(int64_t fixed) { return static_cast<int>(fixed >> 32); }
int Weight(int64_t fixed) { return static_cast<int>(static_cast<uint32_t>(fixed) >> (32 - kWeightBits)); }

// Returns the pixel that position i of a row of n pixels shows; -1: none of them, but the colour of kConstant.
int Fold(int i, int n, FillMode mode) {
  if (i >= 0 && i < n) return i;
  const auto modulo = [i](int64_t period) { return static_cast<int>((i % period + period) % period); };
  switch (mode) {
    case FillMode::kConstant:
      return -1;
    case FillMode::kNearest:
      return i < 0 ? 0 : n - 1;
    case FillMode::kReflect: {
      const int64_t place = modulo(2 * int64_t{n});
      return static_cast<int>(place < n ? place : 2 * int64_t{n} - 1 - place);
    }
    case FillMode::kWrap:
      break;
  }
  return modulo(n);
}

template <int kChannels>
void Mix(const uint8_t* const (&corners)[4], int across, int down, uint8_t* out) {
  for (int c = 0; c < kChannels; ++c) {
    const int above = corners[0][c] * (kOne - across) + corners[1][c] * across;
    const int below = corners[2][c] * (kOne - across) + corners[3][c] * across;
    out[c] = static_cast<uint8_t>((above * (kOne - down) + below * down + kRounding) >> (2 * kWeightBits));
  }
}

template <int kChannels>
void Warp(ImageView source, const Affine& map, const Edges& edges, int width, int height, uint8_t* out) {
  const uint8_t grey = Luma(edges.colour[0], edges.colour[1], edges.colour[2]);
  const uint8_t* const beyond = kChannels == 1 ? &grey : edges.colour.data();
  const auto pixel = [&](int x, int y) {
    return x < 0 || y < 0 ? beyond : source.row(y) + static_cast<ptrdiff_t>(x) * kChannels;
  };
  const int w = source.width(), h = source.height();
  const int64_t step_x = ToFixed(map.xx), step_y = ToFixed(map.yx);
  for (int row = 0; row < height; ++row) {
    const Point start = map(0.5, row + 0.5);
    int64_t x = ToFixed(start.x - 0.5), y = ToFixed(start.y - 0.5);
    for (int i = 0; i < width; ++i, x += step_x, y += step_y, out += kChannels) {
      const int left = Whole(x), top = Whole(y);
      if (left >= 0 && left < w - 1 && top >= 0 && top < h - 1) {
        const uint8_t* above = pixel(left, top);
        const uint8_t* below = above + source.stride();
        Mix<kChannels>({above, above + kChannels, below, below + kChannels}, Weight(x), Weight(y), out);
        continue;
      }
      const int x0 = Fold(left, w, edges.mode), x1 = Fold(left + 1, w, edges.mode);
      const int y0 = Fold(top, h, edges.mode), y1 = Fold(top + 1, h, edges.mode);
      Mix<kChannels>({pixel(x0, y0), pixel(x1, y0), pixel(x0, y1), pixel(x1, y1)}, Weight(x), Weight(y), out);
    }
  }
}

// Computes the pixels, of a side of n, that a view of [low, high) and a margin on both sides of it shows.
void SeenInterval(double low, double high, double margin, int n, FillMode mode, int* begin, int* length) {
  double first = std::floor(low - margin), last = std::ceil(high + margin);
  if (first < 0 || last > n) {
    if (mode == FillMode::kReflect && first >= -n && last <= 2.0 * n) {
      const double folded_first = std::min(std::max(first, 0.0), 2.0 * n - last);
      last = std::max(std::min<double>(last, n), -first);
      first = folded_first;
    } else if (mode == FillMode::kReflect || mode == FillMode::kWrap) {
      first = 0;
      last = n;
    }
  }
  *begin = static_cast<int>(std::clamp(first, 0.0, n - 1.0));
  *length = static_cast<int>(std::clamp(last, *begin + 1.0, static_cast<double>(n))) - *begin;
}

// Returns how many pixels of the picture, along one of its sides, one pixel of the target spans.
double StepOf(double of_x, double of_y) { return std::hypot(of_x, of_y); }

int Scaled(int side, double step) {
  return step <= kSharpest ? side : std::max(1, static_cast<int>(std::ceil(side / step)));
}

}  // namespace

void WarpImage(ImageView source, const Affine& map, const Edges& edges, int width, int height, uint8_t* out) {
  assert(source.bytes() > 0 && width > 0 && height > 0);
  source.channels() == 1 ? Warp<1>(source, map, edges, width, height, out)
                         : Warp<3>(source, map, edges, width, height, out);
}

WarpPlan PlanWarp(const Affine& map, FillMode mode, int width, int height, Size picture) {
  const Point corners[] = {map(0, 0), map(width, 0), map(0, height), map(width, height)};
  const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
  const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
  assert(left > -kFarthest && right < kFarthest && top > -kFarthest && bottom < kFarthest);
  const double across = StepOf(map.xx, map.xy), down = StepOf(map.yx, map.yy);

  WarpPlan plan;
  SeenInterval(left, right, std::ceil(2 * across), picture.width, mode, &plan.part.x, &plan.part.width);
  SeenInterval(top, bottom, std::ceil(2 * down), picture.height, mode, &plan.part.y, &plan.part.height);
  plan.scaled = {Scaled(plan.part.width, across), Scaled(plan.part.height, down)};
  const Affine to_scaled = Compose(Scaling(static_cast<double>(plan.scaled.width) / plan.part.width,
                                           static_cast<double>(plan.scaled.height) / plan.part.height),
                                   Translation(-plan.part.x, -plan.part.y));
  plan.map = Compose(to_scaled, map);
  return plan;
}

}  // namespace dataset
