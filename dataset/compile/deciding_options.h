#pragma once

#include <map>
#include <string>

#include "dataset/compile/compile_options.h"

namespace dataset {

// The options that decide the bytes of a dataset, those of other stores left out.
std::map<std::string, std::string> DecidingOptions(const CompileOptions& options);

}  // namespace dataset
