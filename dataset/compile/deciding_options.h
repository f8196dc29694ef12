#pragma once

#include <map>
#include <string>

#include "dataset/compile/compile_options.h"

namespace dataset {

// Returns the options that decide the bytes of a dataset, by name. Options that its store does not use are left out.
std::map<std::string, std::string> DecidingOptions(const CompileOptions& options);

}  // namespace dataset
