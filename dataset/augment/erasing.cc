#include "dataset/augment/erasing.h"

#include "dataset/image/color.h"

namespace dataset {
namespace {

constexpr int kTries = 10;

uint8_t* RowOf(const Rect& part, int row, int width, int channels, uint8_t* pixels) {
  return pixels + (static_cast<size_t>(part.y + row) * static_cast<size_t>(width) + static_cast<size_t>(part.x)) *
                      static_cast<size_t>(channels);
}

}  // namespace

Rect DrawErasing(const AreaRange& range, int size, Rng& rng) {
  const double area = static_cast<double>(size) * size;
  for (int i = 0; i < kTries; ++i) {
    const auto [height, width] = DrawSides(range, area, rng);
    if (height >= size || width >= size) continue;
    Rect part{0, 0, static_cast<int>(width), static_cast<int>(height)};
    part.y = static_cast<int>(rng.Below(static_cast<uint32_t>(size - part.height) + 1));
    part.x = static_cast<int>(rng.Below(static_cast<uint32_t>(size - part.width) + 1));
    return part;
  }
  return {};
}

void FillPart(const Rect& part, const std::array<uint8_t, 3>& colour, int width, int channels, uint8_t* pixels) {
  for (int row = 0; row < part.height; ++row) {
    FillPixels(colour, channels, static_cast<size_t>(part.width), RowOf(part, row, width, channels, pixels));
  }
}

void FillPartWithNoise(const Rect& part, std::array<uint32_t, 2> key, int width, int channels, uint8_t* pixels) {
  constexpr uint32_t kBlock = 16;
  std::array<uint32_t, 4> words{};
  uint32_t count = 0;
  for (int row = 0; row < part.height; ++row) {
    uint8_t* out = RowOf(part, row, width, channels, pixels);
    for (int i = 0; i < part.width * channels; ++i, ++count) {
      if (count % kBlock == 0) words = Philox4x32({count / kBlock, 0, 0, 0}, key);
      out[i] = static_cast<uint8_t>(words[count % kBlock / 4] >> (8 * (count % 4)));
    }
  }
}

}  // namespace dataset
