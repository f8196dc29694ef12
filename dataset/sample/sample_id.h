#pragma once

#include <cstdint>

namespace dataset {

// The number of a record within its split, counted from 0 over the shards in order (proto/FORMAT.md, section 2).
using SampleId = uint32_t;

}  // namespace dataset
