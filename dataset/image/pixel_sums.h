#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dataset/image/image.h"

namespace dataset {

// Exact sums over the bytes of pictures of one number of channels. They add up to the same in any order. The squares
// overflow beyond 2^48 pixels.
class PixelSums {
 public:
  PixelSums() = default;
  PixelSums(uint64_t pixels, std::vector<uint64_t> sum, std::vector<uint64_t> sum_of_squares);

  void Add(const Image& picture);
  void Add(const PixelSums& other);

  bool empty() const { return pixels_ == 0; }
  uint64_t pixels() const { return pixels_; }
  const std::vector<uint64_t>& sum() const { return sum_; }  // one a channel; none if empty
  const std::vector<uint64_t>& sum_of_squares() const { return sum_of_squares_; }

  // In units of 255, one a channel; of what is not empty. std: of all the pixels (divided by n, not n - 1), at least
  // 1/255, so that it can be divided by.
  std::vector<double> Mean() const;
  std::vector<double> Std() const;

 private:
  uint64_t pixels_ = 0;
  std::vector<uint64_t> sum_;
  std::vector<uint64_t> sum_of_squares_;
};

}  // namespace dataset
