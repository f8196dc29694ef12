#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace dataset {

enum class Split { kTrain, kVal, kTest };

inline constexpr std::array<Split, 3> kSplits = {Split::kTrain, Split::kVal, Split::kTest};

std::string_view SplitName(Split split);  // train, val, test
// Also takes "validation"; nullopt for anything else.
std::optional<Split> ParseSplit(std::string_view name);

}  // namespace dataset
