#pragma once

#include <cstdint>
#include <span>

namespace dataset {

struct MeanAndStd {
  float mean = 0;
  float stddev = 1;
};

// Of all values of one picture, for (byte - mean) / std: its own mean, and its own deviation but at least that of
// 1 / sqrt(values), as TensorFlow's per_image_standardization. `pixels` is not empty.
MeanAndStd PerSampleStandardization(std::span<const uint8_t> pixels);

}  // namespace dataset
