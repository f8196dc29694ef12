#pragma once

#include <string>
#include <vector>

namespace cli {

// Rows of equal length as lines of aligned columns: the first to the left, the others to the right.
std::string FormatTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace cli
