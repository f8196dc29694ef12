#include "dataset/pixel_sums.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace dataset {
namespace {

template <size_t channels>
void AddPixels(const uint8_t* data, size_t pixels, uint64_t* sum, uint64_t* sum_of_squares) {
  // As many as 32 bits hold of the largest square.
  constexpr size_t kBlock = size_t{1} << 15;
  for (size_t begin = 0; begin < pixels; begin += kBlock) {
    const size_t end = std::min(pixels, begin + kBlock);
    std::array<uint32_t, channels> block_sum{}, block_squares{};
    for (size_t i = begin; i < end; ++i) {
      for (size_t c = 0; c < channels; ++c) {
        const uint32_t value = data[i * channels + c];
        block_sum[c] += value;
        block_squares[c] += value * value;
      }
    }
    for (size_t c = 0; c < channels; ++c) {
      sum[c] += block_sum[c];
      sum_of_squares[c] += block_squares[c];
    }
  }
}

}  // namespace

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
    AddPixels<1>(picture.data(), pixels, sum_.data(), sum_of_squares_.data());
  } else {
    AddPixels<3>(picture.data(), pixels, sum_.data(), sum_of_squares_.data());
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
  std::vector<double> std;
  for (size_t c = 0; c < sum_.size(); ++c) {
    using Uint128 = unsigned __int128;
    const Uint128 variance = Uint128{pixels_} * sum_of_squares_[c] - Uint128{sum_[c]} * sum_[c];  // times n^2, exact
    const double deviation = std::sqrt(static_cast<double>(variance)) / static_cast<double>(pixels_);
    std.push_back(std::max(deviation, 1.0) / 255);
  }
  return std;
}

}  // namespace dataset
