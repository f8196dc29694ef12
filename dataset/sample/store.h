#pragma once

#include <span>
#include <string_view>

#include "dataset/base/enum_names.h"

namespace dataset {

// The form in which a compiled dataset holds its pictures (proto/FORMAT.md, section 4).
enum class Store {
  kCompressed,  // image files, JPEG or PNG
  kRaw,         // pixels as bytes
  kNormalized,  // pixels as floats
};
constexpr auto EnumNames(Store) {
  return NameTable<Store, 3>{
      {{Store::kCompressed, "compressed"}, {Store::kRaw, "raw"}, {Store::kNormalized, "normalized"}}};
}

// What the features of a store's records say. All texts live as long as the program.
struct StoreRow {
  Store store;
  std::string_view image_key;                 // of the feature that holds the picture, unless it is renamed
  std::span<const std::string_view> formats;  // the texts that image/format may have
  std::span<const std::string_view> dtypes;   // image/dtype
  std::span<const std::string_view> layouts;  // image/layout
};

// One row a store, in the order of the enum.
std::span<const StoreRow> StoreRows();
const StoreRow& RowOf(Store store);

}  // namespace dataset
