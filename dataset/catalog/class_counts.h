#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dataset/catalog/dataset_info.h"

namespace dataset {

// Samples of each class in each split, [split][label].
using ClassCounts = std::array<std::vector<uint32_t>, kSplits.size()>;

ClassCounts CountsOf(const DatasetInfo& info);

// Returns a sentence for each split that has samples, but not of every class: "2 of 9 classes without images in val,
// the first owl".
std::vector<std::string> MissingClasses(const std::vector<std::string>& classes, const ClassCounts& counts);

// Returns "class owl has 250 times as many images in train as class yak, 5000 and 20" if the largest class of train has
// at least kImbalance times as many samples as the smallest that has any; otherwise an empty text.
std::string Imbalance(const std::vector<std::string>& classes, const ClassCounts& counts);
inline constexpr uint32_t kImbalance = 100;

}  // namespace dataset
