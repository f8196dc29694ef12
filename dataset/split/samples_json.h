#pragma once

#include <string>
#include <string_view>
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
// Returns the beginnings that the content of a file of this name can have.
std::vector<std::string_view> SamplesJsonBegins(const std::string& name);

}  // namespace dataset
