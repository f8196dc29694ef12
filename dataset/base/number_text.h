#pragma once

#include <string>
#include <vector>

namespace dataset {

// Returns the shortest text that reads back as the same number, such as "0.1" or "1e-05". Independent of the locale.
std::string FormatNumber(double value);
// Returns the numbers with commas between them: "60,20,20".
std::string FormatNumbers(const std::vector<double>& values);

}  // namespace dataset
