#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dataset/split/splitter.h"

namespace dataset {

// The files that imageatm's training reads, and its list of invalid images: names and contents (proto/FORMAT.md,
// section 1).
std::vector<std::pair<std::string, std::string>> FormatSamplesJson(const Manifest& manifest,
                                                                   const std::vector<RejectedImage>& rejected);

// The names of these files.
std::vector<std::string> SamplesJsonNames();

}  // namespace dataset
