#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// How every class_counts.svg begins.
inline constexpr std::string_view kClassChartBegin =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1040.00\" height=\"";

// Returns class_counts.svg: a bar for each class, divided by split, and a pie chart of the splits. `counts` is
// [split][label], in samples.
std::string FormatClassChart(const std::vector<std::string>& classes,
                             const std::array<std::vector<uint32_t>, 3>& counts);

}  // namespace dataset
