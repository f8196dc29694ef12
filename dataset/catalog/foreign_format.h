#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dataset/sample/scale.h"

namespace dataset {

// The form in which another program's records hold their pictures (proto/FORMAT.md, section 10).
enum class ForeignContent {
  kEncoded,  // an image file
  kUint8,    // pixels as bytes
  kFloat32,  // pixels as a list of floats, or as their little-endian bytes
};

struct ForeignFormat {
  std::optional<ForeignContent> content;  // nullopt: each record is looked at by itself
  std::optional<PixelLayout> layout;      // nullopt: the layout feature or the shape of each record tells, else HWC
  uint32_t label_base = 0;                // the label that records have for the first class
  bool named = false;                     // a class map names the classes, so a label may be such a name
  size_t label_values = 0;                // numbers in each record's label, as in the first one; 0: not known
};

}  // namespace dataset
