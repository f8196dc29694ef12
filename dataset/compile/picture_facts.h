#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/compile/compile_plan.h"

// What the description of a dataset says of its pictures.
namespace dataset {

// Sets the depth of *input, and *warnings to what people should know of it. Returns false if options.stop ended it.
bool ResolveDepth(const CompileOptions& options, CompileInput* input, std::vector<std::string>* warnings,
                  Progress& progress);

// Sets the scale of *input if it depends on the pixels of train: from options.statistics, else from the file
// `statistics`, which is written if it is not there or is of other photos. The depth must be set. Returns false if
// options.stop ended it. Throws Error if no picture of train can be read.
bool ResolveScale(const CompileOptions& options, const std::filesystem::path& statistics, CompileInput* input,
                  Progress& progress);

}  // namespace dataset
