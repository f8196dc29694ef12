#include "dataset/image/row_kernels.h"

#include <algorithm>
#include <cstring>

// Highway includes this file once for each kind of vector unit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dataset/image/row_kernels.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dataset::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Calls step(i) for ranges i ... i + lanes - 1 that together cover 0 ... count - 1; the last may overlap the one before
// it. Returns false, and calls nothing, if count < lanes.
template <typename Step>
bool Cover(size_t count, size_t lanes, const Step& step) {
  if (count < lanes) return false;
  for (size_t i = 0; i + lanes <= count; i += lanes) step(i);
  if (count % lanes != 0) step(count - lanes);
  return true;
}

int32_t WeightedSum(const int16_t* weights, int count, int shift, const auto& value) {
  int32_t sum = 1 << (shift - 1);
  for (int k = 0; k < count; ++k) sum += value(k) * weights[k];
  return sum >> shift;
}

void BlendRowsPlainly(const uint8_t* source, size_t stride, const AxisFilter& filter, int y, size_t values,
                      int16_t* out) {
  const int shift = filter.bits() - kFractionBits;
  for (size_t i = 0; i < values; ++i) {
    const auto value = [&](int k) { return source[static_cast<size_t>(k) * stride + i]; };
    out[i] = static_cast<int16_t>(WeightedSum(filter.weights(y), filter.count(y), shift, value));
  }
}

// Without vectors, or with vectors of unknown length, the plain loops do.
#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE

void BlendRows(const uint8_t* source, size_t stride, const AxisFilter& filter, int y, size_t values, int16_t* out) {
  BlendRowsPlainly(source, stride, filter, y, values, out);
}

void BlendColumns(const int16_t* row, int, int channels, const AxisFilter& filter, int16_t*, uint8_t* out) {
  const int shift = filter.bits() + kFractionBits;
  for (int x = 0; x < filter.size(); ++x) {
    for (const int16_t *from = row + filter.first(x) * channels, *end = from + channels; from < end; ++from) {
      const auto value = [&](int k) { return from[k * channels]; };
      const int32_t sum = WeightedSum(filter.weights(x), filter.count(x), shift, value);
      *out++ = static_cast<uint8_t>(std::clamp(sum, 0, 255));
    }
  }
}

#else

using Int16 = hn::ScalableTag<int16_t>;
using Pixel16 = hn::Full128<int16_t>;

// Sums products of values and weights. Even elements belong to one tap, odd elements to the next.
template <class D16, class D32 = hn::RepartitionToWide<D16>>
class PairSum {
 public:
  explicit PairSum(int32_t start) : even_(hn::Set(D32(), start)), odd_(hn::Zero(D32())) {}
  // Adds values whose pairs all have the same two weights, those at `weights`.
  void Add(hn::Vec<D16> values, const int16_t* weights) {
    int32_t pair;
    std::memcpy(&pair, weights, sizeof(pair));
    Add(values, hn::BitCast(D16(), hn::Set(D32(), pair)));
  }
  void Add(hn::Vec<D16> values, hn::Vec<D16> weights) {
    even_ = hn::ReorderWidenMulAccumulate(D32(), values, weights, even_, odd_);
  }
  hn::Vec<D32> Sum() const { return hn::RearrangeToOddPlusEven(even_, odd_); }
  hn::Vec<D32> Shifted(int shift) const { return hn::ShiftRightSame(Sum(), shift); }

 private:
  hn::Vec<D32> even_, odd_;
};

void BlendRows(const uint8_t* source, size_t stride, const AxisFilter& filter, int y, size_t values, int16_t* out) {
  const Int16 d16;
  const hn::Rebind<uint8_t, Int16> d8;
  const int16_t* weights = filter.weights(y);
  const int count = filter.count(y), shift = filter.bits() - kFractionBits;
  const auto blend = [&](size_t i) {
    PairSum<Int16> lower(1 << (shift - 1)), upper(1 << (shift - 1));
    const uint8_t* row = source + i;
    for (int k = 0; k < count; k += 2, row += 2 * stride) {
      const auto even = hn::PromoteTo(d16, hn::LoadU(d8, row));
      const auto odd = hn::PromoteTo(d16, hn::LoadU(d8, k + 1 < count ? row + stride : row));
      lower.Add(hn::InterleaveLower(d16, even, odd), weights + k);
      upper.Add(hn::InterleaveUpper(d16, even, odd), weights + k);
    }
    // Demoting undoes the interleaving; both work within blocks of 128 bits.
    hn::StoreU(hn::ReorderDemote2To(d16, lower.Shifted(shift), upper.Shifted(shift)), d16, out + i);
  };
  if (!Cover(values, hn::Lanes(d16), blend)) BlendRowsPlainly(source, stride, filter, y, values, out);
}

// Rearranges each two RGB pixels to eight values: R0 R1 G0 G1 B0 B1 and two that are not used.
void PairPixels(const int16_t* row, int width, int16_t* paired) {
  alignas(16) static constexpr uint8_t kOrder[16] = {0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, 12, 13, 14, 15};
  const Pixel16 d;
  const auto order = hn::Load(hn::Full128<uint8_t>(), kOrder);
  for (int x = 0; x < width; x += 2, row += 6, paired += 8) {
    hn::StoreU(hn::BitCast(d, hn::TableLookupBytes(hn::LoadU(d, row), order)), d, paired);
  }
}

// BlendGrey and BlendPairs compute so many target pixels at a time.
constexpr int kPixels = 4;

template <int kTaps = 0>
void BlendGrey(const int16_t* row, const AxisFilter& filter, uint8_t* out) {
  constexpr int kGroup = 4;
  const Pixel16 d16;
  const hn::Half<Pixel16> group;
  const hn::RepartitionToWide<Pixel16> d32;
  const hn::Rebind<int16_t, decltype(d32)> sums16;
  const hn::Rebind<uint8_t, decltype(d32)> sums8;
  const int shift = filter.bits() + kFractionBits, taps = kTaps ? kTaps : filter.taps(), size = filter.size();
  const auto half = hn::Set(d32, 1 << (shift - 1));
  const int16_t* weights = filter.weights(0);
  const auto two = [&](const int16_t* first, const int16_t* second) {
    return hn::Combine(d16, hn::LoadU(group, second), hn::LoadU(group, first));
  };
  for (int x = 0; x < size; x += kPixels, weights += kPixels * taps) {
    const auto from = [&](int pixel) { return row + filter.first(x + pixel); };
    const int16_t *from0 = from(0), *from1 = from(1), *from2 = from(2), *from3 = from(3);
    PairSum<Pixel16> left(0), right(0);
    for (int k = 0; k < taps; k += kGroup) {
      left.Add(two(from0 + k, from1 + k), two(weights + k, weights + taps + k));
      right.Add(two(from2 + k, from3 + k), two(weights + 2 * taps + k, weights + 3 * taps + k));
    }
    const auto even = hn::ConcatEven(d32, right.Sum(), left.Sum()), odd = hn::ConcatOdd(d32, right.Sum(), left.Sum());
    const auto sums = hn::ShiftRightSame(hn::Add(hn::Add(even, odd), half), shift);
    const auto bytes = hn::DemoteTo(sums8, hn::DemoteTo(sums16, sums));
    if (size - x >= kPixels) {
      hn::StoreU(bytes, sums8, out + x);
    } else {
      uint8_t rest[kPixels];
      hn::StoreU(bytes, sums8, rest);
      std::memcpy(out + x, rest, static_cast<size_t>(size - x));
    }
  }
}

// Resizes a row of PairPixels, whose pairs of source pixels are kStep values apart.
template <int kTaps = 0>
void BlendPairs(const int16_t* pairs, const AxisFilter& filter, uint8_t* out) {
  constexpr int kChannels = 3, kStep = 8;
  alignas(16) static constexpr uint8_t kPack[16] = {0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14};
  const Pixel16 d16;
  const hn::Full128<uint8_t> d8;
  const hn::Half<hn::Full128<uint8_t>> half8;
  const auto pack = hn::Load(d8, kPack);
  const int shift = filter.bits() + kFractionBits, taps = kTaps ? kTaps : filter.taps(), size = filter.size();
  const int16_t* weights = filter.weights(0);
  for (int x = 0; x < size; x += kPixels, out += kPixels * kChannels) {
    const auto from = [&](int pixel) { return pairs + filter.first(x + pixel) * (kStep / 2); };
    const int16_t *from0 = from(0), *from1 = from(1), *from2 = from(2), *from3 = from(3);
    PairSum<Pixel16> sum0(1 << (shift - 1)), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (const int16_t* end = weights + taps; weights < end; weights += 2) {
      sum0.Add(hn::LoadU(d16, from0), weights);
      sum1.Add(hn::LoadU(d16, from1), weights + taps);
      sum2.Add(hn::LoadU(d16, from2), weights + 2 * taps);
      sum3.Add(hn::LoadU(d16, from3), weights + 3 * taps);
      from0 += kStep, from1 += kStep, from2 += kStep, from3 += kStep;
    }
    weights += 3 * taps;
    const auto left = hn::ReorderDemote2To(d16, sum0.Shifted(shift), sum1.Shifted(shift));
    const auto right = hn::ReorderDemote2To(d16, sum2.Shifted(shift), sum3.Shifted(shift));
    const auto bytes = hn::Combine(d8, hn::DemoteTo(half8, right), hn::DemoteTo(half8, left));
    const auto pixels = hn::TableLookupBytes(bytes, pack);
    if ((size - x) * kChannels >= 16) {
      hn::StoreU(pixels, d8, out);
    } else {
      alignas(16) uint8_t rest[16];
      hn::Store(pixels, d8, rest);
      std::memcpy(out, rest, static_cast<size_t>(std::min(kPixels, size - x)) * kChannels);
    }
  }
}

void BlendColumns(const int16_t* row, int width, int channels, const AxisFilter& filter, int16_t* paired,
                  uint8_t* out) {
  if (channels == 1) return filter.taps() == 4 ? BlendGrey<4>(row, filter, out) : BlendGrey(row, filter, out);
  PairPixels(row, width, paired);
  if (filter.taps() == 4) return BlendPairs<4>(paired, filter, out);
  if (filter.taps() == 6) return BlendPairs<6>(paired, filter, out);
  BlendPairs(paired, filter, out);
}

#endif

void RoundRow(const int16_t* row, size_t values, uint8_t* out) {
  const hn::ScalableTag<int16_t> d16;
  const hn::Rebind<uint8_t, decltype(d16)> d8;
  const auto half = hn::Set(d16, 1 << (kFractionBits - 1));
  const auto round = [&](size_t i) {
    const auto sum = hn::Add(hn::LoadU(d16, row + i), half);
    hn::StoreU(hn::DemoteTo(d8, hn::ShiftRight<kFractionBits>(sum)), d8, out + i);
  };
  if (Cover(values, hn::Lanes(d16), round)) return;
  for (size_t i = 0; i < values; ++i) {
    const int rounded = (row[i] + (1 << (kFractionBits - 1))) >> kFractionBits;
    out[i] = static_cast<uint8_t>(std::clamp(rounded, 0, 255));
  }
}

// Every processor must round the product before the sum, so no fused multiply-add is used.
template <class D>
void StoreScaled(D d, hn::Vec<hn::Rebind<uint8_t, D>> bytes, float a, float b, float* out) {
  const auto values = hn::ConvertTo(d, hn::PromoteTo(hn::RebindToSigned<D>(), bytes));
  hn::StoreU(hn::Add(hn::Mul(values, hn::Set(d, a)), hn::Set(d, b)), d, out);
}

void SpreadRow(const uint8_t* row, size_t width, int channels, const PlaneScale& scale, float* out, size_t plane) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const auto spread = [&](size_t x) {
    if (channels == 1) return StoreScaled(d, hn::LoadU(d8, row + x), scale.a[0], scale.b[0], out + x);
    hn::Vec<decltype(d8)> red, green, blue;
    hn::LoadInterleaved3(d8, row + 3 * x, red, green, blue);
    StoreScaled(d, red, scale.a[0], scale.b[0], out + x);
    StoreScaled(d, green, scale.a[1], scale.b[1], out + plane + x);
    StoreScaled(d, blue, scale.a[2], scale.b[2], out + 2 * plane + x);
  };
  if (Cover(width, hn::Lanes(d), spread)) return;
  for (size_t x = 0; x < width; ++x) {
    for (int c = 0; c < channels; ++c) {
      const float product = static_cast<float>(*row++) * scale.a[c];
      out[static_cast<size_t>(c) * plane + x] = product + scale.b[c];
    }
  }
}

}  // namespace
}  // namespace dataset::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dataset {

HWY_EXPORT(BlendRows);
HWY_EXPORT(BlendColumns);
HWY_EXPORT(RoundRow);
HWY_EXPORT(SpreadRow);

size_t RowMargin(const AxisFilter& across) { return static_cast<size_t>(across.taps()) + 8; }

size_t PairedRowSize(int width, const AxisFilter& across) { return 4 * static_cast<size_t>(width + 1 + across.taps()); }

void BlendRows(const uint8_t* source, size_t stride, const AxisFilter& filter, int y, size_t values, int16_t* out) {
  HWY_DYNAMIC_DISPATCH(BlendRows)(source, stride, filter, y, values, out);
}

void BlendColumns(const int16_t* row, int width, int channels, const AxisFilter& filter, int16_t* paired,
                  uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(BlendColumns)(row, width, channels, filter, paired, out);
}

void RoundRow(const int16_t* row, size_t values, uint8_t* out) { HWY_DYNAMIC_DISPATCH(RoundRow)(row, values, out); }

void SpreadRow(const uint8_t* row, size_t width, int channels, const PlaneScale& scale, float* out, size_t plane) {
  HWY_DYNAMIC_DISPATCH(SpreadRow)(row, width, channels, scale, out, plane);
}

}  // namespace dataset
#endif
