#pragma once

#include <string_view>

namespace dataset {

// The form in which a compiled dataset holds its pictures (proto/FORMAT.md, section 4).
enum class Store {
  kCompressed,  // image files, JPEG or PNG
  kRaw,         // pixels as bytes
  kNormalized,  // pixels as floats
};
std::string_view StoreName(Store store);  // compressed, raw, normalized

}  // namespace dataset
