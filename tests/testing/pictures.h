#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "dataset/image/image.h"

namespace dataset::testing {

// A deterministic picture that differs by `seed`: a gradient with shapes, so that crops and flips are visible.
Image MakePicture(int height, int width, int channels, uint32_t seed);
// A PNG of one pixel. Files of different `comment` differ.
std::string TinyPng(std::string_view comment = "");
// A grey PNG of 16 bits; its height follows from the width.
std::string DeepPng(int width, const std::vector<uint16_t>& values);
// A grey TIFF in one strip. `bits` and `format` (1 unsigned, 2 signed, 3 float) are those of the values.
std::string DeepTiff(int width, int height, uint16_t bits, uint16_t format, std::string_view values);
template <typename Value>
std::string DeepTiff(int width, const std::vector<Value>& values) {
  constexpr bool kFloat = std::is_floating_point_v<Value>;
  return DeepTiff(width, static_cast<int>(values.size()) / width, 8 * sizeof(Value),
                  kFloat                    ? 3
                  : std::is_signed_v<Value> ? 2
                                            : 1,
                  {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)});
}
// RAW/<class>/img_NNNN.jpg (or .png) for each class, `per_class` pictures each of about size x size.
void MakeImageFolder(const std::filesystem::path& root, int classes, int per_class, int size = 48,
                     std::string_view extension = ".jpg");

}  // namespace dataset::testing
