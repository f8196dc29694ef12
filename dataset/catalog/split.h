#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "dataset/base/enum_names.h"

namespace dataset {

enum class Split { kTrain, kVal, kTest };

inline constexpr std::array<Split, 3> kSplits = {Split::kTrain, Split::kVal, Split::kTest};

constexpr auto EnumNames(Split) {
  return NameTable<Split, 3>{{{Split::kTrain, "train"}, {Split::kVal, "val"}, {Split::kTest, "test"}}};
}

// Takes the names of EnumNames, and "validation" for kVal. Returns nullopt for anything else.
std::optional<Split> ParseSplit(std::string_view name);

}  // namespace dataset
