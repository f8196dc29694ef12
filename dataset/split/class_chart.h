#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace dataset {

// Returns class_counts.svg: a bar for each class, divided by split, and a pie chart of the splits. `counts` is
// [split][label], in samples.
std::string FormatClassChart(const std::vector<std::string>& classes,
                             const std::array<std::vector<uint32_t>, 3>& counts);

}  // namespace dataset
