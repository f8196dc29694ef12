#include "dataset/image/pixel_sums.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

// Highway includes this file once for each kind of vector unit.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dataset/image/pixel_sums.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dataset::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// The number of pixels in a block: their squares, at most 255^2 each, add up to less than 2^31.
constexpr size_t kBlock = size_t{1} << 15;

template <size_t channels>
void AddPlainly(const uint8_t* data, size_t pixels, uint64_t* sum, uint64_t* sum_of_squares) {
  for (size_t i = 0; i < pixels * channels; ++i) {
    sum[i % channels] += data[i];
    sum_of_squares[i % channels] += uint64_t{data[i]} * data[i];
  }
}

#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE

template <size_t channels>
void AddPixels(const uint8_t* data, size_t pixels, uint64_t* sum, uint64_t* sum_of_squares) {
  AddPlainly<channels>(data, pixels, sum, sum_of_squares);
}

#else

using Uint8 = hn::ScalableTag<uint8_t>;
using Int16 = hn::ScalableTag<int16_t>;
using Int32 = hn::ScalableTag<int32_t>;
using Uint64 = hn::ScalableTag<uint64_t>;

// The sums of one channel over one block.
class BlockSums {
 public:
  BlockSums() : sum_(hn::Zero(Uint64())), even_(hn::Zero(Int32())), odd_(hn::Zero(Int32())) {}
  void Add(hn::Vec<Uint8> values) {
    const hn::Half<Uint8> half;
    sum_ = hn::Add(sum_, hn::SumsOf8(values));
    AddSquares(hn::PromoteTo(Int16(), hn::LowerHalf(half, values)));
    AddSquares(hn::PromoteTo(Int16(), hn::UpperHalf(half, values)));
  }
  void AddTo(uint64_t* sum, uint64_t* sum_of_squares) const {
    *sum += hn::GetLane(hn::SumOfLanes(Uint64(), sum_));
    const auto squares = hn::Add(even_, odd_);
    *sum_of_squares += static_cast<uint64_t>(hn::GetLane(hn::SumOfLanes(Int32(), squares)));
  }

 private:
  void AddSquares(hn::Vec<Int16> values) {
    even_ = hn::ReorderWidenMulAccumulate(Int32(), values, values, even_, odd_);
  }

  hn::Vec<Uint64> sum_;
  hn::Vec<Int32> even_, odd_;  // parts of the sum of squares
};

template <size_t channels>
void AddPixels(const uint8_t* data, size_t pixels, uint64_t* sum, uint64_t* sum_of_squares) {
  const Uint8 d;
  const size_t lanes = hn::Lanes(d);
  while (pixels >= lanes) {
    BlockSums red, green, blue;  // or grey
    const size_t vectors = std::min(pixels, kBlock) / lanes;
    for (size_t i = 0; i < vectors; ++i, data += lanes * channels) {
      if constexpr (channels == 1) {
        red.Add(hn::LoadU(d, data));
      } else {
        hn::Vec<Uint8> r, g, b;
        hn::LoadInterleaved3(d, data, r, g, b);
        red.Add(r);
        green.Add(g);
        blue.Add(b);
      }
    }
    red.AddTo(sum, sum_of_squares);
    if constexpr (channels == 3) {
      green.AddTo(sum + 1, sum_of_squares + 1);
      blue.AddTo(sum + 2, sum_of_squares + 2);
    }
    pixels -= vectors * lanes;
  }
  AddPlainly<channels>(data, pixels, sum, sum_of_squares);
}

#endif

void AddGrey(const uint8_t* data, size_t pixels, uint64_t* sum, uint64_t* sum_of_squares) {
  AddPixels<1>(data, pixels, sum, sum_of_squares);
}

void AddRgb(const uint8_t* data, size_t pixels, uint64_t* sum, uint64_t* sum_of_squares) {
  AddPixels<3>(data, pixels, sum, sum_of_squares);
}

}  // namespace
}  // namespace dataset::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dataset {

HWY_EXPORT(AddGrey);
HWY_EXPORT(AddRgb);

PixelSums::PixelSums(uint64_t pixels, std::vector<uint64_t> sum, std::vector<uint64_t> sum_of_squares)
    : pixels_(pixels), sum_(std::move(sum)), sum_of_squares_(std::move(sum_of_squares)) {
  assert(sum_.size() == sum_of_squares_.size());
}

void PixelSums::Add(const Image& picture) {
  const size_t channels = static_cast<size_t>(picture.channels());
  assert(sum_.empty() || sum_.size() == channels);
  sum_.resize(channels);
  sum_of_squares_.resize(channels);
  const size_t pixels = picture.bytes() / channels;
  pixels_ += pixels;
  if (channels == 1) {
    HWY_DYNAMIC_DISPATCH(AddGrey)(picture.data(), pixels, sum_.data(), sum_of_squares_.data());
  } else {
    HWY_DYNAMIC_DISPATCH(AddRgb)(picture.data(), pixels, sum_.data(), sum_of_squares_.data());
  }
}

void PixelSums::Add(const PixelSums& other) {
  assert(sum_.empty() || other.sum_.empty() || sum_.size() == other.sum_.size());
  sum_.resize(std::max(sum_.size(), other.sum_.size()));
  sum_of_squares_.resize(sum_.size());
  pixels_ += other.pixels_;
  for (size_t c = 0; c < other.sum_.size(); ++c) {
    sum_[c] += other.sum_[c];
    sum_of_squares_[c] += other.sum_of_squares_[c];
  }
}

std::vector<double> PixelSums::Mean() const {
  std::vector<double> mean;
  for (const uint64_t sum : sum_) mean.push_back(static_cast<double>(sum) / static_cast<double>(pixels_) / 255);
  return mean;
}

std::vector<double> PixelSums::Std() const {
  std::vector<double> stddev;
  for (size_t c = 0; c < sum_.size(); ++c) {
    using Uint128 = unsigned __int128;
    const Uint128 variance = Uint128{pixels_} * sum_of_squares_[c] - Uint128{sum_[c]} * sum_[c];  // times n^2, exact
    const double deviation = std::sqrt(static_cast<double>(variance)) / static_cast<double>(pixels_);
    stddev.push_back(std::max(deviation, 1.0) / 255);
  }
  return stddev;
}

}  // namespace dataset
#endif
