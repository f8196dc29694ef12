#pragma once

#include <string>

#include "dataset/split/splitter.h"

namespace cli {

// Returns a table of the images per class and split, with a bar for each class that is divided by split. A split
// without images has a column only if it was asked for.
std::string FormatSplitTable(const dataset::SplitReport& report);

}  // namespace cli
