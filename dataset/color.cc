#include "dataset/color.h"

#include <cstring>

namespace dataset {

void ConvertChannels(const uint8_t* in, int in_channels, size_t pixels, int out_channels, uint8_t* out) {
  if (in_channels == out_channels) {
    std::memcpy(out, in, pixels * static_cast<size_t>(in_channels));
  } else if (in_channels == 3) {
    for (size_t i = 0; i < pixels; ++i) out[i] = Luma(in[3 * i], in[3 * i + 1], in[3 * i + 2]);
  } else {
    for (size_t i = 0; i < pixels; ++i) out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = in[i];
  }
}

}  // namespace dataset
