#pragma once

#include <string>
#include <string_view>

#include "dataset/source/sample_list.h"

namespace dataset {

// The half of ParseSampleList that is for JSON and JSON Lines. `text` is UTF-8 and begins with '[' or '{' after blanks.
// Internal to it.
SampleList ParseJsonList(std::string_view text, const std::string& file, const SampleListOptions& options);

}  // namespace dataset
