#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// The names of an enum's values, as options, files and messages spell them. The table stands beside the enum, in the
// enum's namespace, and gives each value exactly one name; an enum inside a class has it as a friend:
//
//     enum class Store { kCompressed, kRaw };
//     constexpr auto EnumNames(Store) {
//       return dataset::NameTable<Store, 2>{{{Store::kCompressed, "compressed"}, {Store::kRaw, "raw"}}};
//     }
template <typename Enum>
struct EnumName {
  Enum value;
  std::string_view name;
};
template <typename Enum, size_t size>
using NameTable = std::array<EnumName<Enum>, size>;

// The name of `value`, which must be in the table. The text lives as long as the program.
template <typename Enum>
constexpr std::string_view NameOf(Enum value) {
  for (const EnumName<Enum>& row : EnumNames(value)) {
    if (row.value == value) return row.name;
  }
  assert(false);
  return "";
}

// The value whose name is exactly `name`; nullopt: none has it.
template <typename Enum>
constexpr std::optional<Enum> ParseName(std::string_view name) {
  for (const EnumName<Enum>& row : EnumNames(Enum{})) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

// All names in the order of the table, without those of the values in `left_out`.
template <typename Enum>
std::vector<std::string> Names(std::initializer_list<Enum> left_out = {}) {
  std::vector<std::string> names;
  for (const EnumName<Enum>& row : EnumNames(Enum{})) {
    if (std::find(left_out.begin(), left_out.end(), row.value) == left_out.end()) names.emplace_back(row.name);
  }
  return names;
}

// The same for a message: "unit, signed or standard".
template <typename Enum>
std::string ListNames(std::initializer_list<Enum> left_out = {}) {
  const std::vector<std::string> names = Names<Enum>(left_out);
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 == names.size() ? " or " : ", ";
    list += names[i];
  }
  return list;
}

}  // namespace dataset
