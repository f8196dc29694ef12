#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

// The largest class, and the smallest that has any samples, if the one has at least kImbalance times as many as the
// other; otherwise nullopt. `counts` has the samples of each class.
struct LabelPair {
  size_t most = 0;
  size_t least = 0;
};
std::optional<LabelPair> FindImbalance(const std::vector<uint32_t>& counts);
inline constexpr uint32_t kImbalance = 100;

// Returns "class owl has 250 times as many images in train as class yak, 5000 and 20" by FindImbalance of train;
// otherwise an empty text.
std::string Imbalance(const std::vector<std::string>& classes, const ClassCounts& counts);

}  // namespace dataset
