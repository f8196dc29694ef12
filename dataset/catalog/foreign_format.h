#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataset/sample/scale.h"

namespace dataset {

// How the records of another program hold their pictures (proto/FORMAT.md, section 10).
enum class ForeignContent {
  kEncoded,  // an image file
  kUint8,    // pixels as bytes
  kFloat32,  // pixels as a list of floats, or as their little-endian bytes
};

struct ForeignFormat {
  std::optional<ForeignContent> content;  // nullopt: each record tells by itself
  std::optional<PixelLayout> layout;      // nullopt: each record's feature or shape tells, else HWC
  uint32_t label_base = 0;                // the number of the first class
};

}  // namespace dataset
