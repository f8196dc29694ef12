#pragma once

#include <cstdint>
#include <span>

namespace dataset {

// For (byte - mean) / stddev, in units of bytes.
struct MeanAndStd {
  float mean = 0;
  float stddev = 1;
};

// Returns the mean of all values of one picture, and their standard deviation or 1 / sqrt(number of values) if that is
// larger, as TensorFlow's per_image_standardization does. `pixels` must not be empty. Pure.
MeanAndStd PerSampleStandardization(std::span<const uint8_t> pixels);

}  // namespace dataset
