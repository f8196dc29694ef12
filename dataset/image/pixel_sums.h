#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dataset/image/image.h"

namespace dataset {

// Exact integer sums of the bytes of pictures, and of their squares, for each channel. All pictures must have the same
// number of channels. The order in which they are added does not matter. The sums of squares overflow beyond 2^48
// pixels.
class PixelSums {
 public:
  PixelSums() = default;
  PixelSums(uint64_t pixels, std::vector<uint64_t> sum, std::vector<uint64_t> sum_of_squares);

  void Add(const Image& picture);
  void Add(const PixelSums& other);

  bool empty() const { return pixels_ == 0; }
  uint64_t pixels() const { return pixels_; }
  const std::vector<uint64_t>& sum() const { return sum_; }  // one element per channel; no element before the first Add
  const std::vector<uint64_t>& sum_of_squares() const { return sum_of_squares_; }

  // The mean of each channel, 0 ... 1 (bytes divided by 255). There must be pixels.
  std::vector<double> Mean() const;
  // The standard deviation of each channel in the same unit, with divisor n, not n - 1. At least 1/255, so that one can
  // divide by it. There must be pixels.
  std::vector<double> Std() const;

 private:
  uint64_t pixels_ = 0;
  std::vector<uint64_t> sum_;
  std::vector<uint64_t> sum_of_squares_;
};

}  // namespace dataset
