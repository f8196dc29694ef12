#include "dataset/image/axis_filter.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>

namespace dataset {
namespace {

// The number of target pixels that a caller may work on at a time.
constexpr int kStep = 4;

struct Interval {
  int64_t begin;
  int64_t end;
};

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// The weights of one filter; those of a target pixel are right up to a common factor. Positions are in units of
// 1/(16 * to) of a source pixel, which makes them whole numbers.
class WeightFunction {
 public:
  explicit WeightFunction(const AxisFilter::Spec& spec)
      : filter_(spec.filter),
        pixels_(spec.pixels),
        pixel_(int64_t{16} * spec.to),
        begin_(int64_t{2} * spec.begin * spec.to),
        step_(int64_t{2} * spec.length) {
    if (filter_ == Filter::kArea) radius_ = (step_ + pixel_) / 2;
    if (filter_ == Filter::kTriangle) radius_ = std::max(step_, pixel_);
    if (filter_ == Filter::kCubic) radius_ = 2 * pixel_;
  }

  // The source pixels that have a weight in target pixel i: those whose centres are nearer than the radius. The cubic
  // filter also counts pixels beyond the source's ends, which stand for the last pixel within; the others do not.
  Interval Support(int64_t i) const {
    const Interval all{FloorDivide(Centre(i) - radius_ - pixel_ / 2, pixel_) + 1,
                       FloorDivide(Centre(i) + radius_ + pixel_ / 2 - 1, pixel_)};
    return filter_ == Filter::kCubic ? all : Interval{std::max<int64_t>(all.begin, 0), std::min(all.end, pixels_)};
  }

  double Weight(int64_t i, int64_t pixel) const {
    const int64_t distance = std::abs(pixel * pixel_ + pixel_ / 2 - Centre(i));
    if (filter_ == Filter::kCubic) return Cubic(static_cast<double>(distance) / static_cast<double>(pixel_));
    const int64_t most = filter_ == Filter::kArea ? std::min(step_, pixel_) : radius_;
    return static_cast<double>(std::min(radius_ - distance, most));
  }

 private:
  int64_t Centre(int64_t i) const { return begin_ + i * step_ + step_ / 2; }

  static double Cubic(double x) {
    constexpr double kA = -0.75;
    if (x < 1) return ((kA + 2) * x - (kA + 3)) * x * x + 1;
    return ((x - 5) * x + 8) * x * kA - 4 * kA;
  }

  const Filter filter_;
  const int64_t pixels_;
  const int64_t pixel_, begin_, step_;  // length of a source pixel, begin of target pixel 0, length of a target pixel
  int64_t radius_ = 0;
};

}  // namespace

void AxisFilter::Set(const Spec& spec) {
  assert(spec.begin >= 0 && spec.length >= 1 && spec.begin + spec.length <= 8 * spec.pixels && spec.to >= 1);
  assert(spec.align == 1 || spec.align == 2);
  assert(spec.group == 2 || spec.group == 4);
  spec_ = {};  // so that spec() does not lie if an allocation throws
  // As many bits as keep the largest weight below 2^15.
  bits_ = spec.length < 32 * spec.to ? 14 : spec.length < 64 * spec.to ? 15 : 16;
  const WeightFunction function(spec);
  const auto within = [&](int64_t pixel) { return static_cast<int>(std::clamp<int64_t>(pixel, 0, spec.pixels - 1)); };
  const auto place = [&](int i) { return spec.mirror == Mirror::kLeftRight ? spec.to - 1 - i : i; };

  windows_.assign(static_cast<size_t>(spec.to) + kStep - 1, {});
  int most = 0;
  for (int i = 0; i < spec.to; ++i) {
    const Interval support = function.Support(i);
    const int first = within(support.begin) / spec.align * spec.align;
    const int count = within(support.end - 1) + 1 - first;
    windows_[static_cast<size_t>(place(i))] = {first, count};
    most = std::max(most, count);
  }
  taps_ = (most + spec.group - 1) / spec.group * spec.group;
  weights_.assign(windows_.size() * static_cast<size_t>(taps_), 0);
  for (int i = 0; i < spec.to; ++i) {
    const auto [begin, end] = function.Support(i);
    exact_.clear();
    double total = 0;
    for (int64_t pixel = begin; pixel < end; ++pixel) total += exact_.emplace_back(function.Weight(i, pixel));
    // Running sums are rounded instead of single weights, so that rounding errors do not add up.
    const double factor = (1 << bits_) / total;
    int16_t* weights = weights_.data() + place(i) * taps_;
    double sum = 0;
    int rounded = 0;
    for (int64_t pixel = begin; pixel < end; ++pixel) {
      sum += exact_[static_cast<size_t>(pixel - begin)];
      const int next = static_cast<int>(std::floor(sum * factor + 0.5));
      weights[within(pixel) - first(place(i))] += static_cast<int16_t>(next - rounded);
      rounded = next;
    }
  }
  spec_ = spec;
}

}  // namespace dataset
