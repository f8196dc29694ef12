#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>

#include "dataset/image/image.h"

namespace dataset::testing {

struct Difference {
  double mean = 0;
  int max = 0;
};

// Compares two pictures. If their shapes differ, all pixels count as different by 255.
inline Difference Compare(const Image& a, const Image& b) {
  if (a.width() != b.width() || a.height() != b.height() || a.channels() != b.channels()) return {255, 255};
  Difference difference;
  for (size_t i = 0; i < a.bytes(); ++i) {
    const int d = std::abs(a.data()[i] - b.data()[i]);
    difference.max = std::max(difference.max, d);
    difference.mean += d;
  }
  difference.mean /= static_cast<double>(a.bytes());
  return difference;
}

inline Image Cut(const Image& image, const Rect& part) {
  Image out(part.height, part.width, image.channels());
  for (int y = 0; y < part.height; ++y) {
    const uint8_t* from = image.row(part.y + y) + part.x * image.channels();
    std::copy(from, from + out.stride(), out.row(y));
  }
  return out;
}

inline std::string PixelBytes(const Image& image) {
  return {reinterpret_cast<const char*>(image.data()), image.bytes()};
}

}  // namespace dataset::testing
