#pragma once

#include <cstddef>
#include <cstdint>

namespace dataset {

// round(0.299 R + 0.587 G + 0.114 B), in libjpeg's fixed point.
inline uint8_t Luma(uint8_t red, uint8_t green, uint8_t blue) {
  return static_cast<uint8_t>((19595u * red + 38470u * green + 7471u * blue + 32768u) >> 16);
}

// 1 to 3 channels by repeating, 3 to 1 by Luma, or a copy. `out` does not overlap `in`.
void ConvertChannels(const uint8_t* in, int in_channels, size_t pixels, int out_channels, uint8_t* out);

}  // namespace dataset
