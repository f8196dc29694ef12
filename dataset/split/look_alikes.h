#pragma once

#include "dataset/split/sample_source.h"
#include "dataset/split/split_options.h"

namespace dataset {

// Throws Error, which names both and a path of each, if two classes have names that people take for the same
// (dataset/catalog/class_names.h). In ready-made splits it is a warning of the source if one split has all images of
// both.
void RefuseLookAlikes(const SplitOptions& options, SampleSource* source);

}  // namespace dataset
