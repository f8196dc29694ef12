#pragma once

#include "dataset/split/sample_source.h"
#include "dataset/split/split_options.h"

namespace dataset {

// Throws Error, which names both and a path of each, if two classes have names that people take for the same
// (FoldedName of dataset/base/folded_name.h), or if all names are whole numbers and two of them are the same number. In
// ready-made splits it is a warning of the source if one split has all images of both.
void RefuseLookAlikes(const SplitOptions& options, SampleSource* source);

}  // namespace dataset
