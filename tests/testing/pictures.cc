#include "tests/testing/pictures.h"

#include <zlib.h>

#include <algorithm>
#include <cstdio>

#include "dataset/base/little_endian.h"
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

namespace {

std::string BigEndian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string Chunk(const std::string& covered, size_t length) {
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return BigEndian(static_cast<uint32_t>(length)) + covered + BigEndian(static_cast<uint32_t>(crc));
}

template <typename T>
std::string LittleEndian(T value) {
  std::string bytes(sizeof(T), '\0');
  StoreLittleEndian(value, bytes.data());
  return bytes;
}

}  // namespace

std::string DeepPng(int width, const std::vector<uint16_t>& values) {
  const size_t columns = static_cast<size_t>(width), height = values.size() / columns;
  std::string rows;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i % columns == 0) rows += '\0';  // no filter
    rows += {static_cast<char>(values[i] >> 8), static_cast<char>(values[i])};
  }
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string data(size, '\0');
  compress(reinterpret_cast<Bytef*>(data.data()), &size, reinterpret_cast<const Bytef*>(rows.data()),
           static_cast<uLong>(rows.size()));
  data.resize(size);
  return FromHex("89504e470d0a1a0a") +
         Chunk("IHDR" + BigEndian(static_cast<uint32_t>(width)) + BigEndian(static_cast<uint32_t>(height)) +
                   FromHex("1000000000"),
               13) +
         Chunk("IDAT" + data, data.size()) + Chunk("IEND", 0);
}

std::string DeepTiff(int width, int height, uint16_t bits, uint16_t format, std::string_view values) {
  const uint32_t size = static_cast<uint32_t>(values.size());
  const auto entry = [](uint16_t tag, uint32_t value) {
    return LittleEndian(tag) + LittleEndian<uint16_t>(4) + LittleEndian<uint32_t>(1) + LittleEndian(value);
  };
  return FromHex("49492a00") + LittleEndian(8 + size) + std::string(values) + LittleEndian<uint16_t>(10) +
         entry(256, static_cast<uint32_t>(width)) + entry(257, static_cast<uint32_t>(height)) + entry(258, bits) +
         entry(259, 1) + entry(262, 1) + entry(273, 8) + entry(277, 1) + entry(278, static_cast<uint32_t>(height)) +
         entry(279, size) + entry(339, format) + std::string(4, '\0');
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
