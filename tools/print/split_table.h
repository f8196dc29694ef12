#pragma once

#include <string>

#include "dataset/split/splitter.h"

namespace cli {

// Images per class and split, with a bar of each class in parts by split; splits without images are left out.
std::string FormatSplitTable(const dataset::SplitReport& report);

}  // namespace cli
