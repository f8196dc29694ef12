#include "tests/testing/pictures.h"

#include <algorithm>
#include <cstdio>

#include "dataset/base/random.h"
#include "dataset/codec/encoder.h"
#include "tests/testing/testing.h"

namespace dataset::testing {

namespace fs = std::filesystem;

Image MakePicture(int height, int width, int channels, uint32_t seed) {
  Rng rng(seed, Domain::kAugment, 0, 0);
  const int cx = static_cast<int>(rng.Below(width)), cy = static_cast<int>(rng.Below(height));
  const int radius = 1 + static_cast<int>(rng.Below(static_cast<uint32_t>(std::max(1, std::min(height, width) / 2))));
  const uint32_t tint[3] = {rng.Below(256), rng.Below(256), rng.Below(256)};
  Image image(height, width, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool inside = (x - cx) * (x - cx) + (y - cy) * (y - cy) < radius * radius;
      for (int c = 0; c < channels; ++c) {
        const int gradient = c == 0 ? 255 * x / width : c == 1 ? 255 * y / height : 255 * (x + y) / (width + height);
        image.row(y)[x * channels + c] = static_cast<uint8_t>(inside ? tint[c] : gradient);
      }
    }
  }
  return image;
}

std::string TinyPng(std::string_view comment) {
  Image pixel(1, 1, 3);
  for (int c = 0; c < 3; ++c) pixel.row(0)[c] = 127;
  std::string bytes;
  EncodePng(pixel, &bytes);
  return bytes.append(comment);  // readers stop before it
}

void MakeImageFolder(const fs::path& root, int classes, int per_class, int size, std::string_view extension) {
  for (int c = 0; c < classes; ++c) {
    for (int i = 0; i < per_class; ++i) {
      const uint32_t seed = static_cast<uint32_t>(c * 100003 + i);
      Image image = MakePicture(size + i % 5, size + i % 7, 3, seed);
      // A band whose colour tells the class, so that a small model can learn it.
      for (int y = 0; y < size / 3; ++y) {
        for (int x = 0; x < image.width(); ++x) {
          for (int k = 0; k < 3; ++k)
            image.row(y)[x * 3 + k] = static_cast<uint8_t>(k == c % 3 ? 230 - 40 * (c / 3) : 20);
        }
      }
      std::string bytes;
      if (extension == ".png") {
        EncodePng(image, &bytes);
      } else {
        EncodeJpeg(image, 90, &bytes);
      }
      char name[64];
      std::snprintf(name, sizeof(name), "class_%c/img_%04d", static_cast<char>('a' + c), i);
      WriteFile(root / (std::string(name) + std::string(extension)), bytes);
    }
  }
}

}  // namespace dataset::testing
