#pragma once

#include <string>
#include <vector>

namespace cli {

// Formats rows of equal length as lines of aligned columns. The first column is aligned left, the others right.
std::string FormatTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace cli
