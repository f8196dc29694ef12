#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace dataset {

// class_counts.svg: a bar of each class, in parts by split, and a pie of the splits. counts[split][label].
std::string FormatClassChart(const std::vector<std::string>& classes,
                             const std::array<std::vector<uint32_t>, 3>& counts);

}  // namespace dataset
