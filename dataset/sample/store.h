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

// What the features of a store's records contain. All texts live as long as the program.
struct StoreRow {
  Store store;
  std::string_view image_key;                 // key of the feature that holds the picture, unless it is renamed
  std::span<const std::string_view> formats;  // allowed texts of image/format
  std::span<const std::string_view> dtypes;   // allowed texts of image/dtype
  std::span<const std::string_view> layouts;  // allowed texts of image/layout
};

// Returns one row for each store, in the order of the enum.
std::span<const StoreRow> StoreRows();
const StoreRow& RowOf(Store store);

}  // namespace dataset
