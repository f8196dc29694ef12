#pragma once

#include "dataset/split/sample_source.h"
#include "dataset/split/split_options.h"

namespace dataset {

// The half of ReadSampleSource that is for lists. Internal to it.
SampleSource ReadListSource(const SplitOptions& options);

}  // namespace dataset
