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

// Returns the split that people mean by the name of a folder, of a shard or in a list, else nullopt. In any case of
// letters: train, training; val, valid, validation, dev, eval, evaluation, holdout; test, testing. After each of them
// may stand set, data, split, images or imgs, joined by "_", "-", " " or nothing: "Test-Set", "trainset".
std::optional<Split> ParseSplit(std::string_view name);

}  // namespace dataset
