#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dataset/split/splitter.h"

namespace dataset {

// Returns the names and contents of the files that the trainer imageatm reads: one list of samples per split, its class
// mapping, and its list of invalid images (proto/FORMAT.md, section 1).
std::vector<std::pair<std::string, std::string>> FormatSamplesJson(const Manifest& manifest,
                                                                   const std::vector<RejectedImage>& rejected);

// Returns the names of these files.
std::vector<std::string> SamplesJsonNames();

}  // namespace dataset
